// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The directory where a coordinator's keys are: `coordinator.key`, `allowed-keys`, and the files it made for others.
///
/// Nothing is read when it is made, so a directory that does not exist is one without keys.
public struct KeyDirectory: Hashable, Sendable {
    /// The directory.
    public let path: String
    /// Whether its files are taken whatever their permissions are.
    public let trustsModes: Bool

    /// The directory at `path`.
    public init(_ path: String, trustsModes: Bool = false) {
        self.path = path
        self.trustsModes = trustsModes
    }

    /// Where keys are when nothing else is said: `keys` in BitSweep's folder among the user's configuration.
    public static func standard(configuration folder: String, trustsModes: Bool = false) -> KeyDirectory {
        KeyDirectory(folder + "/keys", trustsModes: trustsModes)
    }

    /// The file with the coordinator's secret.
    public var coordinatorFile: String { path + "/coordinator.key" }
    /// The file with the public keys that are let in.
    public var allowedFile: String { path + "/allowed-keys" }
    /// The file for the machine, or machines, with the key of this name.
    public func workerFile(_ name: KeyName = .worker) -> String { "\(path)/\(name).key" }

    /// The key in the file with the usual name of this role; nil where there is no such file.
    public func fileKey(_ role: KeyRole) throws(KeyringError) -> WorkerKey? {
        try WorkerKey.find(chosen: nil, standard: workerFile(.usual(role)), trustsMode: trustsModes)
    }

    /// Whether a coordinator that uses this directory encrypts.
    ///
    /// A secret that cannot be read counts, so that a wrong mode is an error and never turns encryption off.
    public var hasKeys: Bool { SmallFile.exists(coordinatorFile) }

    /// The coordinator's secret.
    public func coordinatorKey() throws(KeyringError) -> CoordinatorKey {
        try CoordinatorKey(contentsOf: coordinatorFile, trustsMode: trustsModes)
    }

    /// The public keys that are let in; none when there is no such file.
    ///
    /// - Throws: also when anyone but the owner can change the file.
    public func allowedKeys() throws(KeyringError) -> AllowedKeys {
        do {
            return try readAllowedKeys().keys
        } catch .missing {
            return AllowedKeys(path: allowedFile)
        }
    }

    func readAllowedKeys() throws(KeyringError) -> (keys: AllowedKeys, stamp: SmallFile.Stamp) {
        let content = try SmallFile.read(allowedFile, limit: AllowedKeys.limit)
        guard !content.mode.isWritableByOthers || trustsModes else {
            throw .changeable(path: allowedFile, mode: content.mode)
        }
        return (try AllowedKeys(content.text, path: allowedFile), content.stamp)
    }
}
