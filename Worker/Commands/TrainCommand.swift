// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
import Datasets
import Foundation
public import SweepPlan
import Training
import Vocabulary

/// `worker train`: from a recipe to a checkpoint.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model from a recipe.",
        discussion: """
            It may be killed at any time: a state is saved beside the checkpoint
            every few minutes and on SIGTERM, Ctrl-C, SIGHUP, SIGUSR1 or SIGUSR2, and
            --resume continues from it, bit for bit as if nothing had happened. Beside
            glow.safetensors lie

              glow.state.safetensors   what --resume continues from
              glow.log.jsonl           losses, an object a line
              glow.curve.svg           the learning curve
              glow.samples.png         images drawn from the model

            Exit code: 0 when the checkpoint is written, 1 when the training diverged or
            a file cannot be written, 2 when the command line, the recipe or the data
            cannot be used, and 3 when it was asked to end early.

            Examples:
              worker train Models/recipes/glyphs-glow-affine.yaml --output glow.safetensors
              worker train Models/recipes/glow-affine-mnist-paper.yaml \\
                --output mnist.safetensors --minutes 30
              worker train Models/recipes/glow-affine-mnist.yaml \\
                --output mnist.safetensors --resume
            """
    )

    @Argument(help: ArgumentHelp("The recipe; - for standard input.", valueName: "RECIPE"))
    var recipe: String

    @Option(help: ArgumentHelp("The checkpoint to make.", valueName: "CHECKPOINT"))
    var output: String

    @Flag(help: "Continue from the state beside the checkpoint, or begin if there is none.")
    var resume = false

    @Flag(help: "Begin again, replacing what is there.")
    var overwrite = false

    @Option(
        help: ArgumentHelp("Write the checkpoint after this time, finished or not.", valueName: "N"),
        transform: { try DecimalOption.number($0) }
    )
    var minutes: Double?

    @Option(help: "How the checkpoint stores its numbers. (default: the recipe's)")
    var precision: Recipe.Precision?

    @OptionGroup var data: DataFolderOption

    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Print no progress.")
    var quiet = false

    func validate() throws {
        if output == "-" { throw ValidationError("--output takes the name of a file, beside which others are kept") }
        if resume, overwrite { throw ValidationError("--resume and --overwrite exclude each other") }
        if let minutes, !(minutes > 0 && minutes < 1e7) {
            throw ValidationError("--minutes takes a positive number, not \(minutes)")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let stop = StopRequest()
            await stop.watchSignals()
            try await train(until: stop)
        }
    }

    /// Trains on a thread of its own: on a machine with one processor, signals are heard on the only thread of tasks.
    private func train(until stop: StopRequest) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                let environment = ProcessInfo.processInfo.environment
                done.resume(with: Result { try TrainingProcess(self, stop: stop, environment: environment).run() })
            }
            thread.name = "training"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    var beginning: TrainingFiles.Beginning { resume ? .resuming : overwrite ? .overwriting : .fresh }
}

extension Recipe.Precision: ExpressibleByArgument {}
