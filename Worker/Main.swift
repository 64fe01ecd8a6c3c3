// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// The entry point: parses the command line and turns what is wrong with it into one line and code 2.
@main
enum Main {
    static func main() async {
        do {
            var command = try WorkerCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard WorkerCommand.exitCode(for: error) == .validationFailure else {
                WorkerCommand.exit(withError: error)
            }
            let message = WorkerCommand.message(for: error).trimmingCharacters(in: CharacterSet(charactersIn: "."))
            FileHandle.standardError.write(Data("\(message); see worker --help\n".utf8))
            exit(2)
        }
    }
}
