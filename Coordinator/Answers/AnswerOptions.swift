// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Reporting
import ResultStore
import Vocabulary

/// Which run, which of its cells, and in which form a command answers.
struct AnswerOptions: ParsableArguments {
    @OptionGroup var store: StoreOption

    @Option(help: .run, completion: .custom(Completion.runs))
    var run: String?

    @OptionGroup var filter: FilterOption
    @OptionGroup var form: AnswerForm

    /// The questions to the run.
    func answers(_ settings: AnswerSettings = AnswerSettings()) throws -> RunAnswers {
        let results = try store.openForReading()
        let record = try store.run(run, in: results)
        do {
            return try RunAnswers(results, run: record.id, filter: try filter.parsed(), settings: settings)
        } catch let error as AnswerError {
            throw CommandFailure.usage("\(error)")
        }
    }
}

/// Which cells a command is about.
struct FilterOption: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only these cells and classes, such as 'model=glow* transform=noise scale=1e-3 class=1,7'.",
            valueName: "FILTER"
        ),
        completion: .custom(Completion.storedFilter)
    )
    var text = ""

    func parsed() throws -> CellFilter {
        do {
            return try CellFilter(parsing: text)
        } catch {
            throw CommandFailure.usage("--where: \(error)")
        }
    }
}

/// In which form a command answers.
struct AnswerForm: ParsableArguments {
    @Flag(help: "Print a JSON array of flat objects; remarks go to standard error.")
    var json = false

    @Flag(help: "Print comma-separated values; remarks go to standard error.")
    var csv = false

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other") }
    }

    /// Prints the rows in the form that was asked for, and below them, or on standard error, the remarks.
    func print<Row: AnswerRow>(_ answer: Answer<Row>, empty: String) throws {
        guard json || csv else {
            let terminal = Terminal.output
            let table = AnswerTable.lines(answer.rows, width: terminal.width, style: terminal.style)
            let notes = answer.notes.flatMap { DisplayWidth.wrap($0, to: terminal.width ?? 120) }
            let body = table.isEmpty ? [empty] : table
            return try terminal.write(lines: body + (notes.isEmpty ? [] : [""]) + notes)
        }
        var buffer = LineBuffer()
        if json {
            try AnswerText.json(answer.rows) { try buffer.write($0) }
        } else {
            try AnswerText.csv(answer.rows) { try buffer.write($0) }
        }
        try buffer.flush()
        Terminal.error.tell(lines: answer.notes)
    }
}

/// How intervals are made.
struct ReplicateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Seed of the bootstrap's draws.", valueName: "N"))
    var seed = AnswerSettings().seed

    @Option(help: ArgumentHelp("Replicates of the bootstrap.", valueName: "N"))
    var replicates = AnswerSettings().replicates

    func validate() throws {
        guard (100...100_000).contains(replicates) else {
            throw ValidationError("--replicates is a number from 100 to 100000")
        }
    }

    var settings: AnswerSettings {
        var settings = AnswerSettings()
        (settings.seed, settings.replicates) = (seed, replicates)
        settings.threads = AvailableProcessors.own.count
        return settings
    }
}

/// How intervals are made, and what they are compared with.
struct BootstrapOptions: ParsableArguments {
    @OptionGroup var replicates: ReplicateOptions

    @Option(
        help: ArgumentHelp(
            "The smallest effect that counts, in bits per dimension; of a classifier, a share of images.",
            valueName: "DELTA"
        )
    )
    var smallestEffect = AnswerSettings().smallestEffect

    func validate() throws {
        guard smallestEffect > 0, smallestEffect.isFinite else {
            throw ValidationError("--smallest-effect is a number above 0")
        }
    }

    var settings: AnswerSettings {
        var settings = replicates.settings
        settings.smallestEffect = smallestEffect
        return settings
    }
}

/// Runs the body of a command that answers; what the user got wrong ends with code 2.
func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
    try await reportingErrors {
        do {
            return try await body()
        } catch let error as AnswerError {
            throw CommandFailure.usage("\(error)")
        } catch let error as CellFilterError {
            throw CommandFailure.usage("\(error)")
        }
    }
}
