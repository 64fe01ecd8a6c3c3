// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Who may read and write a file, as `ls` and `chmod` know it.
public struct FileMode: Hashable, Sendable, CustomStringConvertible {
    /// The nine permission bits and the three above them.
    public let bits: UInt32

    /// The permission bits of a file's mode.
    public init(bits: UInt32) {
        self.bits = bits & 0o7777
    }

    /// Whether anyone but the owner may read, write or run the file.
    public var isOpenToOthers: Bool { bits & 0o077 != 0 }

    /// Whether anyone but the owner may write the file.
    public var isWritableByOthers: Bool { bits & 0o022 != 0 }

    /// Octal with four digits, such as `0600`.
    public var description: String {
        let octal = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - octal.count)) + octal
    }
}
