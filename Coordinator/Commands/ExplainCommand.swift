// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
            attempts with their logs. With --live it asks the coordinator instead: images
            by state, attempts in flight, what waits.

            Examples:
              coordinator explain 4f2a
              coordinator explain 4f2a --live --connect tcp://cluster-head:7461
            """
    )

    @Argument(help: ArgumentHelp("The beginning of the cell's id, as exports show it."))
    var cell: String

    @OptionGroup var store: StoreOption
    @OptionGroup var connection: LiveRunOption

    @Flag(help: "Ask the coordinator of the live run instead of reading the store.")
    var live = false

    func run() async throws {
        try await reportingErrors {
            if live { return try await connection.ask(.explain(cell: cell)) }
            let results = try store.openForReading()
            let run = try store.run(connection.run, in: results)
            try Terminal.output.write(lines: Self.lines(results.history(of: cell, in: run.id)))
        }
    }

    private static func lines(_ history: CellHistory) -> [String] {
        let cell = history.cell
        let parameters = cell.parameters.isEmpty ? "" : " \(cell.parameters)"
        var lines = [
            "cell \(cell.id): \(cell.model) on \(cell.dataset)/\(cell.split), \(cell.transform)\(parameters), seed \(cell.seed)",
            "\(HumanText.count(cell.recordedImages)) of \(counted(cell.images, "image")) \(cell.recordedImages == 1 ? "is" : "are") recorded",
        ]
        lines += history.parts.map { part in
            let shard = part.attempt.shard
            return "  images \(shard.lower)..<\(shard.upper): \(part.origin.host) (\(part.origin.isa), worker "
                + "\(part.origin.worker.prefix(8))), attempt \(part.attempt.attempt) of epoch \(part.attempt.epoch), "
                + "\(HumanText.fixed(part.seconds, decimals: 2)) s"
        }
        for failure in history.failures {
            let shard = failure.attempt.shard
            lines.append(
                "  failed (\(failure.kind)): images \(shard.lower)..<\(shard.upper), attempt \(failure.attempt.attempt) of epoch "
                    + "\(failure.attempt.epoch) on \(failure.host): \(failure.message)"
            )
            lines += failure.log.map { "    | \($0)" }
        }
        return lines
    }
}
