// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Keyring

/// The key that a worker connects to its coordinator with.
struct WorkerKeyOption: ConnectionKeyOptions {
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

    func standardKey() throws -> WorkerKey? {
        guard let folder = UserFolders().configuration else {
            let problem = UserFolders.problem("XDG_CONFIG_HOME")
            throw CommandFailure.usage("no key: \(problem), or give --key FILE, or --insecure")
        }
        return try KeyDirectory.standard(configuration: folder, trustsModes: trustMode).fileKey(.worker)
    }
}
