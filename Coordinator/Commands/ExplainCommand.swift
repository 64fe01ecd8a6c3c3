// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Reporting
import ResultStore
import Vocabulary
import WireProtocol

/// `coordinator explain`: why a cell stands as it does.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what is known about a cell: who computed what, what failed, what is under way.",
        discussion: """
            Reads the store: recorded parts with their workers and attempts, and failed
            attempts with the last lines of their logs; errors that differ in numbers
            alone are shown once. With --live it asks the coordinator instead: images by
            state, attempts in flight, what waits.

            Examples:
              coordinator explain 4f2a
              coordinator explain 'noise scale=1e-3 mask=none model=glow-affine' --run @2
              coordinator explain 4f2a --live --connect tcp://cluster-head:7461
            """
    )

    @Argument(
        help: "The beginning of the cell's id, as exports show it, or 'TRANSFORM KEY=VALUE …'.",
        completion: .custom(Completion.cells)
    )
    var cell: String

    @OptionGroup var store: StoreOption
    @OptionGroup var connection: LiveRunOption

    @Flag(help: "Ask the coordinator of the live run instead of reading the store.")
    var live = false

    @Flag(help: "Show every failed attempt by itself, with all of its worker's log.")
    var full = false

    func run() async throws {
        try await answering {
            if live { return try await connection.ask(.explain(cell: cell)) }
            let results = try store.openForReading()
            let run = try store.run(connection.run, in: results)
            let name = try StoredCellName(cell)
            // An id is looked up in an index, whatever the size of the run.
            let id = try name.id ?? "\(name.cell(among: results.cells(of: run.id), of: "run \(run.id)").id)"
            try Terminal.output.write(lines: Self.lines(results.history(of: id, in: run.id), isFull: full))
        }
    }

    static func lines(_ history: CellHistory, isFull: Bool) -> [String] {
        let cell = history.cell
        let parameters = cell.parameters.isEmpty ? "" : " \(cell.parameters)"
        var lines = [
            "cell \(cell.id): \(cell.modelLabel) on \(cell.dataset)/\(cell.split), \(cell.transform)\(parameters), seed \(cell.seed)",
            "\(HumanText.count(cell.recordedImages)) of \(counted(cell.images, "image")) \(cell.recordedImages == 1 ? "is" : "are") recorded",
        ]
        lines += history.parts.map { part in
            let shard = part.attempt.shard
            return "  images \(shard.lower)..<\(shard.upper): \(part.origin.host) (\(part.origin.isa), worker "
                + "\(part.origin.worker.prefix(8))), attempt \(part.attempt.attempt) of epoch \(part.attempt.epoch), "
                + "\(HumanText.fixed(part.seconds, decimals: 2)) s"
        }
        let groups = FailureLines.groups(history.failures.filter { !$0.isTerminal }, by: \.message)
        for group in groups { lines += Self.lines(ofFailures: group, isFull: isFull) }
        let given = history.failures.filter(\.isTerminal)
        lines += FailureLines.groups(given, by: \.message).map(Self.line(ofGivenUp:))
        return lines
    }

    /// Lines of log that are shown of a failure.
    private static let shownLog = 5

    /// Failed attempts with one error: the last of them, or each.
    private static func lines(ofFailures group: [FailureRecord], isFull: Bool) -> [String] {
        (isFull ? group[...] : group.suffix(1)).flatMap { failure -> [String] in
            let (shard, count) = (failure.attempt.shard, isFull ? 1 : group.count)
            let hosts = Set(group.map(\.host)).count
            let times = count == 1 ? "" : " \(counted(count, "time")) on \(counted(hosts, "host")), last"
            let attempt = "attempt \(failure.attempt.attempt) of epoch \(failure.attempt.epoch) on \(failure.host)"
            let place = "images \(shard.lower)..<\(shard.upper), \(attempt)"
            let log = isFull ? failure.log[...] : failure.log.suffix(shownLog)
            let left = failure.log.count - log.count
            let rest = left > 0 ? ["    | (\(counted(left, "line")) before; --full shows all)"] : []
            let title = "  failed (\(failure.kind))\(times): \(place): \(failure.message)"
            return [title] + rest + log.map { "    | \($0)" }
        }
    }

    /// Shards that were given up for one reason.
    private static func line(ofGivenUp group: [FailureRecord]) -> String {
        let images = group.reduce(0) { $0 + $1.attempt.shard.count }
        let last = group[group.count - 1]
        return "  given up: \(counted(group.count, "shard")) of \(counted(images, "image")): \(last.message)"
    }
}
