// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a key is called in the list of allowed keys: 1 to 63 ASCII letters, digits, `.`, `_` or `-`.
public struct KeyName: Hashable, Sendable, CustomStringConvertible {
    /// The name of the first key that is made for workers.
    public static let worker = KeyName(valid: "worker")
    /// The usual name of a key of this role, that of the role.
    public static func usual(_ role: KeyRole) -> KeyName { KeyName(valid: role.rawValue) }
    /// The name under which a coordinator's own key connects.
    public static let coordinator = KeyName(valid: "coordinator")
    /// The name of the key that a coordinator makes for its own workers.
    public static let local = KeyName(valid: "local")

    /// The name.
    public let description: String

    /// Checks a name.
    ///
    /// - Throws: `badName`; a name begins with a letter or digit, so that it is neither an option nor a hidden file.
    public init(_ text: String) throws(KeyringError) {
        let isName = text.utf8.allSatisfy { Self.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        guard (1...63).contains(text.utf8.count), isName, text.utf8.first.map(Self.isLetterOrDigit) == true else {
            throw .badName(text)
        }
        description = text
    }

    private init(valid: String) {
        description = valid
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
