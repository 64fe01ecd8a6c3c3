// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Reporting
import ResultStore
import Screens
import Vocabulary
import WireProtocol

/// `coordinator tail`: a run's per-cell, per-class table, while it grows.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Watch a run's distributions of bits per dimension, per cell and class.",
        discussion: """
            Reads the store, or asks a running coordinator, on this machine or another,
            with --connect. On a terminal it takes the whole screen: cells with their
            distributions and changes, one cell, workers, failures; ? shows the keys.
            Into a file or a pipe it writes a line whenever the run's state changes, and
            the table when the run ends.

            Examples:
              coordinator tail
              coordinator tail --once --json
              coordinator tail --accessible
              coordinator tail --connect tcp://cluster-head:7461
              coordinator tail --join viewer.join
            """
    )

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp(
            "Ask the coordinator listening there instead of reading a store; so do --join and, without --store, BITSWEEP_CONNECT.",
            valueName: "ENDPOINT"
        )
    )
    var connect: [String] = []

    @OptionGroup var key: ClientKeyOption

    @Option(help: .run, completion: .custom(Completion.runs))
    var run: String?

    @Flag(help: "Print the table once and exit.")
    var once = false

    @Flag(help: "Print JSON, an object a line: what there is, and then what changed.")
    var json = false

    @Flag(help: "Print words alone, in lines: for screen readers. So does ACCESSIBLE=1.")
    var accessible = false

    @OptionGroup var colour: ColourOption

    @Flag(help: "On the whole screen, show every class of every cell from the beginning.")
    var classes = false

    /// Cells of a table, beyond which it would be no help.
    private static let mostCells = 1000

    func run() async throws {
        try await reportingErrors {
            if json || once && !speaks { return try await printTable(isLive: !once) }
            if asksCoordinator {
                let access = try key.access(connect)
                try await follow(
                    WatchedCoordinator("\(access.endpoints)", run: RunName.ofLiveRun(run)) {
                        try ClientExchange(access)
                    }
                )
            } else {
                try await follow(WatchedStore(store, run: run, key: try? key.workerKey()))
            }
        }
    }

    private var asksCoordinator: Bool {
        !connect.isEmpty || key.join != nil || store.given == nil && UserFolders.connection != nil
    }

    private func follow(_ source: some WatchedRun) async throws {
        let terminal = Terminal.output.isRewritable ? RawTerminal() : nil
        let mode = ViewMode(facts(hasKeys: terminal != nil))
        if mode == .fullScreen, let terminal {
            let signs = LocaleCharacters.isUTF8(ProcessInfo.processInfo.environment) ? ScreenSigns.unicode : .ascii
            let screen = TailScreen(size: terminal.size, signs: signs, showsClasses: classes)
            let isColoured = Terminal.output.isStyled(colour.color)
            if var full = FullScreen(source, on: terminal, screen, isColoured: isColoured) {
                return try await full.run()
            }
        }
        var lines = FollowedLines(source, mode: mode)
        if once { return try await lines.sayCells() }
        try await lines.run()
        if mode == .lines { try await printTable(isLive: false) }
    }

    /// Whether the run is told in words.
    private var speaks: Bool { ViewMode(facts(hasKeys: false)) == .words }

    private func facts(hasKeys: Bool) -> ViewMode.Facts {
        let (output, environment) = (Terminal.output, ProcessInfo.processInfo.environment)
        return ViewMode.Facts(
            isTerminal: output.isInteractive,
            kind: environment["TERM"],
            hasKeys: hasKeys,
            size: ScreenSize(width: output.width ?? 80, height: output.height ?? 24),
            accessible: environment["ACCESSIBLE"],
            wantsWords: accessible
        )
    }

    private func printTable(isLive: Bool) async throws {
        var source: any RunSource =
            if asksCoordinator {
                try CoordinatorTail(ClientExchange(key.access(connect)), run: RunName.ofLiveRun(run))
            } else {
                try StoreTail(store, run: run, key: try? key.workerKey())
            }
        var view = TailView(isJSON: json, colour: colour.color)
        let request = CellPageRequest(.begun, limit: 0)
        while true {
            let state = TailState(try await source.look(all: request, limit: json ? .max : Self.mostCells))
            try view.show(state)
            if !isLive || !state.isGoingOn { return }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
