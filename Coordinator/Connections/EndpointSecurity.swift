// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Keyring
import ZeroMQ

/// How the coordinator's endpoint is protected, in terms of its socket.
struct EndpointSecurity: Sendable {
    /// What the router listens with.
    let socket: SocketOptions.Security
    /// Who is let in; nil where everyone is.
    let allowList: AllowList?
    /// The key of this coordinator's own workers, of this process alone; nil where none is needed.
    let localKey: WorkerKey?
    /// The coordinator's own key; nil where nothing is encrypted.
    let coordinator: CoordinatorKey?
    /// Where the keys are; nil where nothing is encrypted.
    let directory: KeyDirectory?
    /// What the user should be warned of.
    let notice: String?
    /// What a worker's command line says for its key, with a space before it; empty where it needs none.
    let workerOption: String

    /// Plain; `ignoresKeys` where there are keys, which workers must leave alone, too.
    init(notice: String?, ignoresKeys: Bool = false) {
        workerOption = ignoresKeys ? " --insecure" : ""
        socket = .none
        allowList = nil
        localKey = nil
        coordinator = nil
        directory = nil
        self.notice = notice
    }

    /// CURVE, with the keys that `directory` allows.
    init(encryptedWith directory: KeyDirectory) throws {
        do throws(KeyringError) {
            let key = try directory.coordinatorKey()
            // Read here for its errors alone: a list that is damaged at the start is the user's to mend first.
            _ = try directory.allowedKeys()
            // Local workers must not depend on which keys are allowed, or on a file that may have gone elsewhere.
            let local = try WorkerKey.make(.local, coordinator: key.keys.publicKey, at: Date())
            socket = key.security
            let own = [
                AllowedKey(name: local.name, publicKey: local.keys.publicKey, since: Date(), role: .worker),
                // Whoever reads the coordinator's secret could make any key: clients of this machine use it as it is.
                AllowedKey(name: .coordinator, publicKey: key.keys.publicKey, since: key.created, role: .operator),
            ]
            allowList = AllowList(directory, besides: own)
            localKey = local
            coordinator = key
            self.directory = directory
            notice = nil
            let file = URL(filePath: directory.workerFile()).path
            let known = FileManager.default.fileExists(atPath: file) ? file : "FILE"
            workerOption = " --key \(known.contains(" ") ? "'\(known)'" : known)"
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }

    /// What decides who is let in to the sockets of a context; nil where everyone is.
    ///
    /// It is made before they are bound, and stopped after they are closed. Messages of those that it lets in carry the
    /// public key and not its name, which another key may bear tomorrow.
    func handler(in context: Context) throws -> ZAPHandler? {
        guard let allowList else { return nil }
        return try ZAPHandler(context: context, domain: CoordinatorKey.zapDomain) { key, _ in
            allowList.entry(of: key)?.publicKey.text
        }
    }

    /// The arguments with which a local worker connects; its key is written to a new file in `folder`.
    func workerArguments(in folder: URL) throws -> [String] {
        guard let localKey else { return ["--insecure"] }
        let file = Self.localKeyFile(in: folder)
        // What a killed process with the same number left behind.
        try? FileManager.default.removeItem(atPath: file)
        try localKey.write(to: file)
        return ["--key", file]
    }

    /// Removes the key file of local workers; it opens nothing once this process is gone.
    func forgetLocalKey(in folder: URL) {
        if localKey != nil { try? FileManager.default.removeItem(atPath: Self.localKeyFile(in: folder)) }
    }

    private static func localKeyFile(in folder: URL) -> String {
        folder.appending(path: "local-\(ProcessInfo.processInfo.processIdentifier).key").path
    }
}
