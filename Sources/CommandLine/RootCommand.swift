// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Dispatch
import Files
import Foundation

/// The command that an executable is named after; its `main` calls `runMain`.
///
/// That differs from ArgumentParser's own `main` in three things: a mistake in the command line is one line and code 2,
/// as every other mistake of the user is; what cannot be printed never ends the process unless it is what the command
/// was started for; and the process's surroundings are put in order first.
package protocol RootCommand: AsyncParsableCommand {}

extension RootCommand {
    /// Everything that the executable does.
    ///
    /// It is no `async` main, whose executor would open files before the first line of it runs.
    package static func runMain() -> Never {
        StandardDescriptors.occupy()
        // Writing says EPIPE and EFBIG then, each of which has a place where it is dealt with.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        Leftovers.watchFirstProcess()
        OpenFileLimit.closeWhatLiesBeyond()
        Task {
            await runProcess()
            Foundation.exit(0)
        }
        dispatchMain()
    }

    /// Runs the command that `arguments` name; a failure ends the process with its code.
    ///
    /// - Parameter arguments: what comes behind the executable's name; nil for what the process was started with.
    package static func runProcess(_ arguments: [String]? = nil) async {
        do {
            let given = arguments ?? Array(ProcessInfo.processInfo.arguments.dropFirst())
            var command = try parseAsRoot(UserFolders().expanding(given))
            try OpenFileLimit.require(OpenFileLimit.common)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            sayLosses()
        } catch {
            sayLosses()
            await end(with: error, arguments ?? Array(Swift.CommandLine.arguments.dropFirst()))
        }
    }

    /// What was to be seen on standard output and is not; that the work was done all the same is the exit code's to say.
    private static func sayLosses() {
        // A reader that left has had enough.
        guard let loss = TextOutput.standardOutput.loss, loss.code != EPIPE else { return }
        Terminal.error.tell("standard output: \(loss.words)\n")
    }

    private static func end(with error: any Error, _ arguments: [String]) async -> Never {
        if let mistake = mistake(error, arguments) {
            Terminal.error.tell("\(mistake)\n")
            Foundation.exit(2)
        }
        if let failure = error as? CommandFailure {
            Terminal.error.tell("\(failure)\n")
            Foundation.exit(failure.exitCode.rawValue)
        }
        let (text, code) = (fullMessage(for: error), exitCode(for: error))
        guard !text.isEmpty else { Foundation.exit(code.rawValue) }
        if code.isSuccess {
            // The help, or a completion script.
            let help = HelpText.folding(text, width: Terminal.output.width ?? 80)
            let written: Void? = try? await reportingErrors { try Terminal.output.write("\(help)\n") }
            Foundation.exit(written == nil ? 1 : 0)
        }
        Terminal.error.tell("\(text)\n")
        Foundation.exit(code.rawValue)
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
