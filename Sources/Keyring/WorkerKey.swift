// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import ZeroMQ

/// What a machine needs to connect to a coordinator, in one file: its own keys and the coordinator's public key.
public struct WorkerKey: Hashable, Sendable {
    /// What the coordinator calls this key.
    public let name: KeyName
    /// This machine's key pair.
    public let keys: CurveKeyPair
    /// The public key of the coordinator's endpoint.
    public let coordinator: CurvePublicKey
    /// When it was made.
    public let created: Date

    /// A new key for the coordinator with this public key, which has to allow it.
    ///
    /// - Throws: `noCurve` when this libzmq cannot encrypt.
    public static func make(
        _ name: KeyName,
        coordinator: CurvePublicKey,
        at date: Date
    ) throws(KeyringError) -> WorkerKey {
        WorkerKey(name: name, keys: try CurveKeyPair.made(), coordinator: coordinator, created: date)
    }

    /// Reads a key from its file.
    ///
    /// - Parameters:
    ///   - path: The file, or a pipe, which can be read once.
    ///   - trustsMode: Whether a file that others can read is taken, too.
    /// - Throws: also when anyone but the owner can read the file.
    public init(contentsOf path: String, trustsMode: Bool = false) throws(KeyringError) {
        let text = try KeyFileText(SecretFile.read(path, trustsMode: trustsMode), .worker, path: path)
        try self.init(text.values(Self.fieldNames)[...], path)
    }

    /// The names of the lines that say a key, in a file of its own and in an invitation.
    static let fieldNames = ["name", "public", "secret", "coordinator", "created"]

    /// The key of the lines `fieldNames`, in that order.
    init(_ fields: ArraySlice<KeyFileText.Field>, _ path: String) throws(KeyringError) {
        let values = Array(fields)
        name = try values[0].keyName(path)
        keys = try values[2].pair(with: values[1], path)
        coordinator = try values[3].publicKey(path)
        created = try values[4].date(path)
    }

    /// The key of whoever has the coordinator's own secret, and so may do anything: an operator's for that coordinator.
    public init(of coordinator: CoordinatorKey) {
        self.init(
            name: .coordinator,
            keys: coordinator.keys,
            coordinator: coordinator.keys.publicKey,
            created: coordinator.created
        )
    }

    private init(name: KeyName, keys: CurveKeyPair, coordinator: CurvePublicKey, created: Date) {
        self.name = name
        self.keys = keys
        self.coordinator = coordinator
        self.created = created
    }

    /// The key to connect with, or nil to connect without encryption.
    ///
    /// - Parameters:
    ///   - chosen: a file that was asked for, which must be there.
    ///   - standard: the file that is used where nothing was asked for; it may be missing.
    ///   - trustsMode: whether a file that others can read is taken, too.
    /// - Returns: the key; nil only where nothing was asked for and the standard file is missing.
    /// - Throws: when the file that counts cannot be read.
    public static func find(
        chosen: String?,
        standard: String,
        trustsMode: Bool = false
    ) throws(KeyringError) -> WorkerKey? {
        if let chosen { return try WorkerKey(contentsOf: chosen, trustsMode: trustsMode) }
        return SmallFile.exists(standard) ? try WorkerKey(contentsOf: standard, trustsMode: trustsMode) : nil
    }

    /// Writes the key to a new file with mode 0600.
    ///
    /// - Throws: `exists` when something is at `path`.
    public func write(to path: String) throws(KeyringError) {
        try SmallFile.create(path, text)
    }

    /// How a socket connects with this key.
    public var security: SocketOptions.Security { .curveClient(keys, server: coordinator) }

    private var text: String {
        """
        \(KeyFileText.Kind.worker.heading)
        # Secret: whoever reads this file has at the coordinator the rights of this key's role.
        \(fieldLines)

        """
    }

    /// The lines `fieldNames`.
    var fieldLines: String {
        """
        name = \(name)
        public = \(keys.publicKey)
        secret = \(keys.secretKey.text)
        coordinator = \(coordinator)
        created = \(KeyDate.text(created))
        """
    }
}
