// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import ZeroMQ

/// What a coordinator needs to listen with encryption: the secret of its endpoint.
public struct CoordinatorKey: Hashable, Sendable {
    /// The ZAP domain of every coordinator's endpoint.
    public static let zapDomain = "bitsweep"

    /// The key pair of the endpoint.
    public let keys: CurveKeyPair
    /// When it was made.
    public let created: Date

    /// A new key.
    ///
    /// - Throws: `noCurve` when this libzmq cannot encrypt.
    public static func make(at date: Date) throws(KeyringError) -> CoordinatorKey {
        CoordinatorKey(keys: try CurveKeyPair.made(), created: date)
    }

    /// Reads a key from its file.
    ///
    /// - Parameters:
    ///   - path: The file, or a pipe, which can be read once.
    ///   - trustsMode: Whether a file that others can read is taken, too.
    /// - Throws: also when anyone but the owner can read the file.
    public init(contentsOf path: String, trustsMode: Bool = false) throws(KeyringError) {
        let text = try KeyFileText(SecretFile.read(path, trustsMode: trustsMode), .coordinator, path: path)
        let values = try text.values(["public", "secret", "created"])
        keys = try values[1].pair(with: values[0], path)
        created = try values[2].date(path)
    }

    private init(keys: CurveKeyPair, created: Date) {
        self.keys = keys
        self.created = created
    }

    /// How a socket listens with this key; a ``ZAPHandler`` for ``zapDomain`` decides who is let in.
    public var security: SocketOptions.Security { .curveServer(keys.secretKey, zapDomain: Self.zapDomain) }

    var text: String {
        """
        \(KeyFileText.Kind.coordinator.heading)
        # Secret: whoever reads this file can pretend to be this coordinator.
        public = \(keys.publicKey)
        secret = \(keys.secretKey.text)
        created = \(KeyDate.text(created))

        """
    }
}

extension CurveKeyPair {
    /// A new pair; the only way to fail is a libzmq that cannot encrypt.
    static func made() throws(KeyringError) -> CurveKeyPair {
        do {
            return try generate()
        } catch {
            throw .noCurve(reason: "\(error)")
        }
    }
}
