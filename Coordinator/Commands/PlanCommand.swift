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
            at the speed the store has seen.

            Examples:
              coordinator plan Sweeps/mnist-glow.yaml
              coordinator plan Sweeps/mnist-glow.yaml --json
            """
    )

    @Argument(help: ArgumentHelp("The sweep file; - for standard input.", valueName: "sweep"))
    var sweep: String

    @OptionGroup var store: StoreOption
    @OptionGroup var data: DataOption
    @OptionGroup var images: ImagesOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let plan = try SweepLoader(library: data.library()).load(sweep, perClassLimit: images.perClassLimit)
            let estimate = try PlanEstimate(plan, store: existingStore())
            if json {
                try Terminal.output.write(ReportJSON.text(estimate) + "\n")
            } else {
                try Terminal.output.write(lines: estimate.lines(of: plan))
            }
        }
    }

    /// The store, if there is one; planning makes none.
    private func existingStore() throws -> ResultStore? {
        guard FileManager.default.fileExists(atPath: store.store) else { return nil }
        return try store.openForReading()
    }
}
