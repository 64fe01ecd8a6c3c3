// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation
package import Keyring

/// Options for the key with which a command connects to a coordinator.
///
/// Whoever conforms declares `--key` and `--insecure`, with a help that says where its standard key lies.
package protocol ConnectionKeyOptions: ParsableArguments {
    /// The key file that was asked for.
    var key: String? { get }
    /// Whether to connect without encryption, whatever keys there are.
    var insecure: Bool { get }
    /// The key file that is used where nothing was asked for; it may be missing.
    ///
    /// - Throws: `CommandFailure.usage` when there is no folder for it.
    var standardKeyFile: String { get throws }
}

extension ConnectionKeyOptions {
    package func validate() throws {
        if insecure, key != nil { throw ValidationError("--key and --insecure exclude each other") }
    }

    /// The key of `--key`, of `BITSWEEP_KEY` or of the standard file; nil to connect without encryption.
    ///
    /// - Throws: `CommandFailure.usage` when the file that counts cannot be read.
    package func workerKey() throws -> WorkerKey? {
        if insecure { return nil }
        let chosen = key ?? UserFolders().path("BITSWEEP_KEY")
        let standard = try chosen ?? standardKeyFile
        do {
            return try WorkerKey.find(chosen: chosen, standard: standard)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
