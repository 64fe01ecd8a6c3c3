// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// The entry point: parses the command line and turns what is wrong with it into one line and code 2.
@main
enum Main {
    static func main() async {
        do {
            var command = try CoordinatorCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard CoordinatorCommand.exitCode(for: error) == .validationFailure else {
                CoordinatorCommand.exit(withError: error)
            }
            let message = CoordinatorCommand.message(for: error).trimmingCharacters(in: CharacterSet(charactersIn: "."))
            FileHandle.standardError.write(Data("\(message); see coordinator --help\n".utf8))
            exit(2)
        }
    }
}
