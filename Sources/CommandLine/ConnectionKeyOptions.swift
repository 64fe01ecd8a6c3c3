// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation
package import Keyring

/// Options for the key with which a command connects to a coordinator.
///
/// Whoever conforms declares `--key`, `--trust-mode` and `--insecure`, with a help that says where its standard key lies.
package protocol ConnectionKeyOptions: ParsableArguments {
    /// The key file that was asked for.
    var key: String? { get }
    /// Whether key files are taken whatever their permissions are.
    var trustMode: Bool { get }
    /// Whether to connect without encryption, whatever keys there are.
    var insecure: Bool { get }
    /// The key that is used where nothing was asked for; nil where there is none.
    ///
    /// - Throws: `CommandFailure.usage` when there is no folder for it, or a `KeyringError`.
    func standardKey() throws -> WorkerKey?
}

extension ConnectionKeyOptions {
    package func validate() throws {
        if insecure, key != nil { throw ValidationError("--key and --insecure exclude each other") }
    }

    /// The key of `--key`, of `BITSWEEP_KEY` or the standard one; nil to connect without encryption.
    ///
    /// - Throws: `CommandFailure.usage` when the file that counts cannot be read.
    package func workerKey() throws -> WorkerKey? {
        if insecure { return nil }
        let chosen = key ?? UserFolders().path("BITSWEEP_KEY")
        do {
            if let chosen { return try WorkerKey(contentsOf: chosen, trustsMode: trustMode) }
            return try standardKey()
        } catch let error as KeyringError {
            throw CommandFailure.usage("\(error)")
        }
    }
}
