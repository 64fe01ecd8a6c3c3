// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Reporting
import ResultStore

/// `coordinator plan`: what a run would do, without doing it.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Check a sweep file and show what running it would take.",
        discussion: """
            Prints the number of cells, of combinations given more than once, of cells the
            store already has, of images and of shards, and how long the rest would take
            at the speed the store has seen. Where it has seen none, the models score a
            few of the images for a second, on this machine; --no-measure leaves that out.
            With --preview it draws what the sweep's transforms do to a few images, with
            how strongly they differ from the untransformed ones.

            Examples:
              coordinator plan Sweeps/mnist-glow.yaml
              coordinator plan Sweeps/mnist-glow.yaml --json
              coordinator plan Sweeps/mnist-glow.yaml --set 'blocks[0].seeds=[0,1,2]'
              coordinator plan Sweeps/mnist-glow.yaml --only 'noise mask=none' --cells
              coordinator plan Sweeps/mnist-glow.yaml --preview sheet.png
            """
    )

    @Argument(
        help: ArgumentHelp("The sweep file; - for standard input.", valueName: "sweep"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var sweep: String

    @OptionGroup var store: StoreOption
    @OptionGroup var data: DataOption
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var preview: PreviewOptions

    @Flag(help: "List every cell with its id instead, a line each; with --json a JSON object a line.")
    var cells = false

    @Flag(help: "Measure no speed where the store has seen none.")
    var noMeasure = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let library = data.library()
            let plan = try SweepLoader(library: library).load(sweep, settings: settings.settings())
            let drawn = try preview.draw(plan, store: store.store, library: library)
            if preview.isStandardOutput { return }
            if cells { return try CellListing(plan: plan).write(asJSON: json) }
            var estimate = try PlanEstimate(plan, store: existingStore())
            if !noMeasure, estimate.needsMeasurement { try estimate.measure(plan, library: library) }
            if json {
                try Terminal.output.write(ReportJSON.text(estimate) + "\n")
            } else {
                try Terminal.output.write(lines: estimate.lines(of: plan) + drawn)
            }
        }
    }

    /// The store, if there is one; planning makes none.
    private func existingStore() throws -> ResultStore? {
        guard FileManager.default.fileExists(atPath: store.store) else { return nil }
        return try store.openForReading()
    }
}
