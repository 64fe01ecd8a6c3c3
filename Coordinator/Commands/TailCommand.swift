// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Reporting
import ResultStore
import Vocabulary
import WireProtocol

/// `coordinator tail`: a run's per-cell, per-class table, while it grows.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Watch a run's distributions of bits per dimension, per cell and class.",
        discussion: """
            Reads the store, or asks a running coordinator, on this machine or another,
            with --connect. On a terminal the table is redrawn until the run ends; into a
            file or a pipe it is written whenever it changed.

            Examples:
              coordinator tail
              coordinator tail --once --json
              coordinator tail --connect tcp://cluster-head:7461
            """
    )

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp("Ask the coordinator listening there instead of reading a store.", valueName: "ENDPOINT")
    )
    var connect: String?

    @OptionGroup var key: ClientKeyOption

    @Option(help: ArgumentHelp("The run. (default: the newest)", valueName: "ID"))
    var run: String?

    @Flag(help: "Print the table once and exit.")
    var once = false

    @Flag(help: "Print one JSON object a line instead of a table.")
    var json = false

    @Flag(help: "Show every class of every cell, even if the terminal has too few lines for that.")
    var classes = false

    /// Cells of a table, beyond which it would be no help.
    private static let mostCells = 1000

    func run() async throws {
        try await reportingErrors {
            var source: any RunSource =
                if let connect {
                    try CoordinatorTail(ClientExchange(connect, key: key.workerKey()), run: run)
                } else {
                    try StoreTail(store, run: run, key: try? key.workerKey())
                }
            var view = TailView(isJSON: json, showsClasses: classes, isLive: !once)
            while true {
                let request = CellPageRequest(.begun, limit: 0)
                let state = TailState(try await source.look(all: request, limit: json ? .max : Self.mostCells))
                try view.show(state)
                if once || !state.isGoingOn { return }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
