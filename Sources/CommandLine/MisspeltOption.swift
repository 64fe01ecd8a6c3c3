// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// An option that the subcommand does not have and that resembles one which it has.
///
/// ArgumentParser says so too, but not where the option that was meant is a required one: to it that is missing.
struct MisspeltOption: CustomStringConvertible {
    private let option: String
    private let meant: String

    /// The first such option of `arguments`; nil where there is none.
    init?(in arguments: [String], of root: any RootCommand.Type) {
        var command: any ParsableCommand.Type = root
        for word in arguments {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
            command = next
        }
        let known = Self.options(in: root.usage(of: command))
        for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            let option = String(word.prefix { $0 != "=" })
            guard !known.contains(option), let meant = Suggestion.nearest(to: option, among: known) else { continue }
            (self.option, self.meant) = (option, meant)
            return
        }
        return nil
    }

    /// Reads as ArgumentParser's own message does.
    var description: String { "Unknown option '\(option)'; did you mean '\(meant)'?" }

    private static func options(in usage: String) -> [String] {
        usage.matches(of: /--[a-z][a-z-]*/).map { String($0.output) }
    }
}

extension RootCommand {
    /// How `command` is called, hidden options left out.
    fileprivate static func usage(of command: any ParsableCommand.Type) -> String { usageString(for: command) }
}
