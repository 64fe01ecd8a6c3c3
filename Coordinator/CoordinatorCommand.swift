// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine

/// The coordinator's command line.
@main
struct CoordinatorCommand: RootCommand {
    static let configuration = CommandConfiguration.root(
        "coordinator",
        abstract: "Asks likelihood models how many bits per dimension they give images, over whole sweeps.",
        discussion: """
            A sweep file names models, data sets and transformations. The coordinator
            enumerates their grid, hands shards of images to workers and records every
            image's likelihood once.

            Examples:
              coordinator plan Sweeps/mnist-glow.yaml
              coordinator run Sweeps/mnist-glow.yaml --local-workers 2
              coordinator tail
            """,
        subcommands: [
            NewCommand.self, RunCommand.self, PlanCommand.self, SchemaCommand.self, TailCommand.self,
            StatusCommand.self, DashboardCommand.self,
            ExplainCommand.self, PauseCommand.self, ResumeCommand.self, CancelCommand.self, DrainCommand.self,
            RunsCommand.self, EffectsCommand.self, DoseCommand.self, DecomposeCommand.self, OODCommand.self,
            ClaimsCommand.self, ImagesCommand.self, CompareCommand.self, CertifyCommand.self, VerifyCommand.self,
            ReportCommand.self, ExportCommand.self, MergeCommand.self, InputsCommand.self, KeysCommand.self,
            FigureCommand.self, LaunchCommand.self, ScoresCommand.self,
        ]
    )

    @OptionGroup var version: VersionOption

    static func main() { runMain() }

    func run() async throws { try await version.answer(for: Self.self) }
}
