// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation

/// The command that an executable is named after; its `main` calls `runProcess`.
///
/// That differs from ArgumentParser's own `main` in one thing: a mistake in the command line is one line and code 2, as
/// every other mistake of the user is.
package protocol RootCommand: AsyncParsableCommand {}

extension RootCommand {
    /// Runs the command that `arguments` name; a failure ends the process with its code.
    ///
    /// - Parameter arguments: what comes behind the executable's name; nil for what the process was started with.
    package static func runProcess(_ arguments: [String]? = nil) async {
        do {
            let given = arguments ?? Array(ProcessInfo.processInfo.arguments.dropFirst())
            var command = try parseAsRoot(UserFolders().expanding(given))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            FileHandle.standardError.write(Data("\(failure)\n".utf8))
            Foundation.exit(failure.exitCode.rawValue)
        } catch {
            guard let mistake = mistake(error, arguments ?? Array(Swift.CommandLine.arguments.dropFirst())) else {
                exit(withError: error)
            }
            FileHandle.standardError.write(Data("\(mistake)\n".utf8))
            Foundation.exit(2)
        }
    }

    /// What is wrong with the command line, in a line that ends with where to read more; nil when the error is about
    /// something else.
    static func mistake(_ error: any Error, _ arguments: [String]) -> String? {
        if let unknown = UnknownCommand(in: arguments, of: Self.self) { return unknown.description }
        guard exitCode(for: error) == .validationFailure else { return nil }
        let said = message(for: error).trimmingCharacters(in: CharacterSet(charactersIn: "."))
            .replacing("'. Did you mean", with: "'; did you mean")
        let misspelt = said.hasPrefix("Missing expected argument") ? MisspeltOption(in: arguments, of: Self.self) : nil
        let message = misspelt?.description ?? said
        return "\(message)\(message.hasSuffix("?") ? " See" : "; see") '\(helpCommand(error))'"
    }

    /// The command that shows the help of the subcommand which the error is about.
    ///
    /// ArgumentParser tells it in the last line of its own message alone: which subcommand it was parsing is no part of
    /// the error's public face.
    private static func helpCommand(_ error: any Error) -> String {
        let full = fullMessage(for: error)
        if let line = full.split(separator: "\n").last, let quoted = line.wholeMatch(of: /\s*See '(.+) --help' .*/)?.1 {
            return "\(quoted) --help"
        }
        return "\(configuration.commandName ?? "\(Self.self)") --help"
    }
}

extension CommandConfiguration {
    /// The configuration of an executable's root command, with what all executables have in common.
    package static func root(
        _ name: String,
        abstract: String,
        discussion: String,
        subcommands: [any ParsableCommand.Type]
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            discussion: discussion,
            subcommands: subcommands
        )
    }
}
