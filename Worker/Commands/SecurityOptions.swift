// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Keyring

/// The key that a worker connects to its coordinator with.
struct KeyOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Key file from the coordinator's machine; then BITSWEEP_KEY, then ~/.config/bitsweep/keys/worker.key.",
            valueName: "FILE"
        )
    )
    var key: String?

    @Flag(help: "Connect without encryption, whatever keys there are.")
    var insecure = false

    func validate() throws {
        if insecure, key != nil { throw ValidationError("--key and --insecure exclude each other") }
    }

    /// The key; nil to connect without encryption.
    func workerKey() throws -> WorkerKey? {
        if insecure { return nil }
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        do {
            return try WorkerKey.find(
                chosen: key ?? ProcessInfo.processInfo.environment["BITSWEEP_KEY"],
                standard: KeyDirectory.standard(home: home).workerFile()
            )
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
