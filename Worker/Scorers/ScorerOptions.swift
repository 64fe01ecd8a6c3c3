// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Vocabulary
import WireProtocol

/// A scorer as the command line gives it: `NAME=COMMAND`.
struct ScorerCommand: Hashable, Sendable {
    /// What sweep files call it.
    let name: String
    /// What the shell is given to start it.
    let command: String

    /// Reads `NAME=COMMAND`.
    init(text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, ExternalModel.isUsable(parts[0]), !parts[1].allSatisfy(\.isWhitespace) else {
            throw ValidationError("'\(Excerpt.short(text))' is no scorer; one is given as NAME='COMMAND'")
        }
        (name, command) = (parts[0], parts[1])
    }
}

/// The scorers that a worker has, and how long they may take.
struct ScorerOptions: ParsableArguments {
    @Option(
        name: .customLong("scorer"),
        help: ArgumentHelp(
            "A program that scores images of external models called NAME; repeatable.",
            valueName: "NAME='COMMAND'"
        ),
        transform: { try ScorerCommand(text: $0) }
    )
    var commands: [ScorerCommand] = []

    @Option(
        help: ArgumentHelp(
            "Longest that a scorer may take to start, or for a batch. (default: 5m)",
            valueName: "DURATION"
        ),
        transform: { try DurationOption(text: $0) }
    )
    var scorerTimeout = DurationOption(.seconds(300))

    func validate() throws {
        let names = commands.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("--scorer \(twice) is given twice")
        }
        guard names.count <= WireLimits.scorersPerWorker else {
            throw ValidationError("a worker has at most \(WireLimits.scorersPerWorker) scorers")
        }
    }
}
