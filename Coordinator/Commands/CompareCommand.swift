// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Reporting
import ResultStore
import Vocabulary

/// `coordinator compare`: whether two runs have the same numbers.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two runs bit for bit, or say what differs and by how much.",
        discussion: """
            Every column of every cell is compared. Cells belong together when their ids
            are equal; of the others, when model, data set, transformation and seed have
            the same names ('by name': other weights, images or arithmetic). A table shows
            the cells that are not identical; --json and --csv have all of them.

            Exit code: 0 when both are bit-identical, 1 when they are not.

            Examples:
              coordinator compare mnist-20260101-120000-1a2b mnist-20260102-090000-3c4d
              coordinator compare RUN RUN --other-store ../elsewhere.sqlite --json
            """
    )

    @Argument(help: ArgumentHelp("A run.", valueName: "RUN"), completion: .custom(Completion.runs))
    var first: String

    @Argument(
        help: ArgumentHelp("The run that it is compared with.", valueName: "RUN"),
        completion: .custom(Completion.runs)
    )
    var second: String

    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The store of the second run. (default: that of the first)", valueName: "FILE"))
    var otherStore: String?

    @OptionGroup var filter: FilterOption
    @OptionGroup var form: AnswerForm

    func run() async throws {
        try await answering {
            let results = try store.openForReading()
            var others = StoreOption()
            others.store = otherStore ?? store.store
            let otherResults = otherStore == nil ? results : try others.openForReading()
            let sides = [try store.run(first, in: results), try others.run(second, in: otherResults)]
            let rows = try RunComparison(
                .init(store: results, run: sides[0].id),
                .init(store: otherResults, run: sides[1].id),
                filter: try filter.parsed()
            ).rows()
            let shown = form.json || form.csv ? rows : rows.filter { $0.state != .identical }
            let unfinished = sides.filter { $0.state != .complete }.map { run in
                "run \(run.id) is \(run.state.rawValue): \(grouped(run.done)) of \(counted(run.cells, "cell")) are complete"
            }
            let verdict = Self.verdict(rows)
            try form.print(Answer(rows: shown, notes: (shown.isEmpty ? [] : [verdict]) + unfinished), empty: verdict)
            if rows.contains(where: { $0.state != .identical }) { throw ExitCode(1) }
        }
    }

    /// What came of it, in one sentence.
    private static func verdict(_ rows: [ComparisonRow]) -> String {
        let byState = Dictionary(grouping: rows) { $0.state }.mapValues { Set($0.map(\.cell.id)).count }
        let identical = byState[.identical] ?? 0
        let images = rows.filter { $0.state == .identical }.reduce(0) { $0 + $1.compared }
        guard byState.contains(where: { $0.key != .identical }) else {
            return "bit-identical: \(counted(identical, "cell")), \(counted(images, "row"))"
        }
        let parts: [(ComparisonRow.State, String)] = [
            (.identical, "identical"), (.differs, "with other values"), (.incomplete, "with rows of only one run"),
            (.onlyFirst, "only in the first"), (.onlySecond, "only in the second"),
        ]
        let texts = parts.compactMap { state, words in byState[state].map { "\(counted($0, "cell")) \(words)" } }
        return "not identical: " + texts.joined(separator: ", ")
    }
}
