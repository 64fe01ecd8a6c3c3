// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
public import Foundation
public import ZeroMQ

extension KeyDirectory {
    /// What `makeKey` made.
    public struct NewKey: Hashable, Sendable {
        /// Whether the coordinator's key was made, too, because there was none.
        public let madeCoordinator: Bool
        /// The key, which is allowed already.
        public let key: WorkerKey
        /// The file it is in.
        public let file: String
    }

    /// Makes a key for one or more machines and allows it; the first time, the coordinator's own key comes before it.
    ///
    /// - Parameters:
    ///   - name: what to call the key.
    ///   - role: what it may do; a worker's work unless said otherwise.
    ///   - output: the file for it; `NAME.key` in the directory when nil.
    ///   - date: the time that is noted.
    /// - Returns: the key and its file.
    /// - Throws: `exists` or `nameTaken`, and then nothing was changed; nothing is ever overwritten.
    public func makeKey(
        _ name: KeyName,
        role: KeyRole = .worker,
        output: String? = nil,
        at date: Date
    ) throws(KeyringError) -> NewKey {
        try make(name, role, file: output ?? workerFile(name), at: date) { key, file throws(KeyringError) in
            try key.write(to: file)
        }
    }

    /// Makes a key as `makeKey` does, and a file with all that its holder needs to join.
    ///
    /// - Parameters:
    ///   - name: what to call the key; the name of its role when nil, with a number where that is taken.
    ///   - role: what it may do.
    ///   - endpoints: where the coordinator listens, as its holder sees it.
    ///   - output: the file.
    ///   - date: the time that is noted.
    /// - Returns: the key and its file.
    /// - Throws: `exists` or `nameTaken`, and then nothing was changed; nothing is ever overwritten.
    public func invite(
        _ name: KeyName?,
        role: KeyRole,
        to endpoints: EndpointList,
        output: String,
        at date: Date
    ) throws(KeyringError) -> NewKey {
        try make(name, role, file: output, at: date) { key, file throws(KeyringError) in
            try Invitation(key, role: role, endpoints: endpoints).write(to: file)
        }
    }

    private func make(
        _ name: KeyName?,
        _ role: KeyRole,
        file: String,
        at date: Date,
        write: (WorkerKey, String) throws(KeyringError) -> Void
    ) throws(KeyringError) -> NewKey {
        let lock = try lock()
        defer { extendLifetime(lock) }
        guard file != coordinatorFile, !SmallFile.exists(file) else { throw .exists(path: file) }
        TemporaryFile.removeLeftovers(of: file)
        var allowed = try allowedKeys()
        let isFirst = !hasKeys
        let coordinator = isFirst ? try CoordinatorKey.make(at: date) : try coordinatorKey()
        let name = if let name { name } else { try allowed.freeName(for: role) }
        let key = try WorkerKey.make(name, coordinator: coordinator.keys.publicKey, at: date)
        try allowed.add(AllowedKey(name: name, publicKey: key.keys.publicKey, since: date, role: role))
        if isFirst { try SmallFile.create(coordinatorFile, coordinator.text) }
        try write(key, file)
        // Last: a crash before it leaves a key that is not let in, never one that is let in and nowhere to be found.
        try SmallFile.replace(allowedFile, allowed.text)
        return NewKey(madeCoordinator: isFirst, key: key, file: file)
    }

    /// Allows a public key that was made elsewhere.
    ///
    /// - Throws: `alreadyAllowed` or `nameTaken`, and then nothing was changed.
    public func allow(
        _ publicKey: CurvePublicKey,
        name: KeyName,
        role: KeyRole = .worker,
        at date: Date
    ) throws(KeyringError) {
        try edit { allowed throws(KeyringError) in
            try allowed.add(AllowedKey(name: name, publicKey: publicKey, since: date, role: role))
        }
    }

    /// Revokes the key of this name, or this public key; returns what it was.
    ///
    /// A running coordinator lets it in no more, and within a second ends the connections that it has.
    ///
    /// - Throws: `notAllowed` when there is no such key.
    @discardableResult
    public func revoke(_ text: String) throws(KeyringError) -> AllowedKey {
        try edit { allowed throws(KeyringError) in try allowed.remove(text) }
    }

    private func edit<Value>(_ change: (inout AllowedKeys) throws(KeyringError) -> Value) throws(KeyringError) -> Value
    {
        let lock = try lock()
        defer { extendLifetime(lock) }
        var allowed = try allowedKeys()
        let value = try change(&allowed)
        try SmallFile.replace(allowedFile, allowed.text)
        return value
    }

    private func lock() throws(KeyringError) -> EditLock {
        try SmallFile.makeDirectory(path)
        let lock = try EditLock(path)
        for file in [coordinatorFile, allowedFile] { TemporaryFile.removeLeftovers(of: file) }
        return lock
    }
}
