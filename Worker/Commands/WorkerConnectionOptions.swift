// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Keyring

/// Where a worker finds its coordinator, and the key that it connects with.
struct WorkerConnectionOptions: ConnectionKeyOptions {
    @Option(
        help: ArgumentHelp(
            "Invitation from the coordinator's machine ('coordinator keys invite'): where it listens, and a key.",
            valueName: "FILE"
        )
    )
    var join: String?

    @Option(
        help: ArgumentHelp(
            "Where the coordinator listens; several, separated by commas, are tried one after the other. (default: as --join says, else BITSWEEP_CONNECT)",
            valueName: "ENDPOINT"
        )
    )
    var connect: [String] = []

    @Option(
        help: ArgumentHelp(
            "Key file from the coordinator's machine, or a pipe. (default: BITSWEEP_KEY, else ~/.config/bitsweep/keys/worker.key)",
            valueName: "FILE"
        )
    )
    var key: String?

    @Flag(help: "Take the key file even if others can read it.")
    var trustMode = false

    @Flag(help: "Connect without encryption, whatever keys there are.")
    var insecure = false

    /// Where to connect and with which key.
    func access() throws -> CoordinatorAccess { try access(connect, for: [.worker]) }

    /// Whether anything says where to connect.
    var isGiven: Bool { join != nil || !connect.isEmpty || UserFolders.connection != nil }

    /// Where to connect and with which key, a worker's or another.
    func accessForAnyRole() throws -> CoordinatorAccess { try access(connect, for: Set(KeyRole.allCases)) }

    func standardKey() throws -> WorkerKey? {
        guard let folder = UserFolders().configuration else {
            let problem = UserFolders.problem("XDG_CONFIG_HOME")
            throw CommandFailure.usage("no key: \(problem), or give --key FILE, or --insecure")
        }
        return try KeyDirectory.standard(configuration: folder, trustsModes: trustMode).fileKey(.worker)
    }
}
