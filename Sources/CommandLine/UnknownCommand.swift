// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// A word where a subcommand belongs that is the name of none.
///
/// ArgumentParser suggests options but no subcommands: to it the word is an unexpected argument of the command above,
/// and what follows is unknown options.
struct UnknownCommand: CustomStringConvertible {
    private let word: String
    /// The names that lead to where the word stands.
    private let path: [String]
    private let known: [String]

    /// The word of `arguments` that should be a subcommand below `root`; nil where each is one.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var (command, path) = (root, [root._commandName])
        // `help` takes the same names as its own arguments.
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        for word in words {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-") else { return nil }
            guard let next = subcommands.first(where: { $0._commandName == word }) else {
                if word == "help" { return nil }
                (self.word, self.path, known) = (word, path, subcommands.map { $0._commandName })
                return
            }
            path.append(word)
            command = next
        }
        return nil
    }

    /// One line: the word, what was probably meant, where the names stand.
    var description: String {
        let command = path.joined(separator: " ")
        let suggestion = Suggestion.phrase(for: word, among: known)
        let end = suggestion.hasSuffix("?") ? " See" : "; see"
        return "'\(Excerpt.short(word))' is no command of \(command)\(suggestion)\(end) '\(command) --help'"
    }
}
