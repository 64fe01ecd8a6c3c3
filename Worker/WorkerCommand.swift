// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine

/// The worker's command line.
@main
struct WorkerCommand: RootCommand {
    static let configuration = CommandConfiguration.root(
        "worker",
        abstract: "Computes shards for a coordinator; trains, samples and evaluates models on its own.",
        discussion: """
            Examples:
              worker run --join worker.join
              worker train Models/recipes/glyphs-glow-affine.yaml --output glow.safetensors
              worker evaluate Models/glow-affine-mnist.safetensors --dataset glyphs
              worker inspect Models/glow-affine-mnist.safetensors
              worker score Models/glow-affine-mnist.safetensors --input x.safetensors \\
                --output scores.safetensors
            """,
        subcommands: [
            JoinCommand.self, DoctorCommand.self, TrainCommand.self, SampleCommand.self, EvaluateCommand.self,
            ScoreCommand.self, InspectCommand.self, ImportCommand.self,
        ]
    )

    @OptionGroup var version: VersionOption

    static func main() { runMain() }

    func run() async throws { try await version.answer(for: Self.self) }
}
