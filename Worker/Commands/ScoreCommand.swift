// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Kernels
import Networks

/// `worker score`: the likelihood of tensors in a file, without data set, transformation or coordinator.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score the images of a safetensors file.",
        discussion: """
            The input's 'x' is N×C×H×W, already dequantised, in [-0.5, 0.5); its optional
            'y' holds N classes. Without 'y' a class-conditional model reports −log of the
            mean over classes. The output's 'bpd' has N values; --latents adds 'latent.i'
            for every level i, --zero-latents K adds 'zeroK.x', decoded with the first K
            levels' latents set to zero, and 'zeroK.bpd', its score by the same network.

            Examples:
              worker score Models/glow-affine-mnist.safetensors --input x.safetensors --output scores.safetensors
              worker score model.safetensors --input x.safetensors --output s.safetensors --latents --zero-latents 1 2
            """
    )

    @Argument(help: ArgumentHelp("The model.", valueName: "CHECKPOINT"))
    var checkpoint: String

    @Option(help: ArgumentHelp("The images.", valueName: "FILE"))
    var input: String

    @Option(help: ArgumentHelp("The file to write; - for standard output.", valueName: "FILE"))
    var output: String

    @Flag(help: "Write the standardised latents of every level.")
    var latents = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Zero the first K levels' latents, decode and score again; several values may follow.",
            valueName: "K"
        )
    )
    var zeroLatents: [Int] = []

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        if let bad = zeroLatents.first(where: { $0 < 1 }) {
            throw ValidationError("--zero-latents takes levels from 1, not \(bad)")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let override = ProcessInfo.processInfo.environment["BITSWEEP_ISA"]
            let kernels = KernelSet(try InstructionSet.choose(override: override))
            let images = try ImageBatch(SafetensorsFile(contentsOf: input))
            let glow = try Glow(
                Checkpoint(contentsOf: checkpoint),
                imageSize: ImageSize(height: images.height, width: images.width),
                kernels: kernels,
                pool: compute.pool()
            )
            guard images.channels == glow.configuration.channels else {
                throw CommandFailure.usage(
                    "\(input): 'x' has \(images.channels) channels; the model takes \(glow.configuration.channels)"
                )
            }
            try score(images, with: glow).write(to: output)
        }
    }

    private func score(_ images: ImageBatch, with glow: Glow) throws -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        let encoding = try glow.encode(images.values, labels: images.labels)
        writer.add("bpd", vector: encoding.scores.bpd)
        for level in latents ? Array(1...glow.configuration.levels) : [] {
            let extent = glow.configuration.latentExtent(level: level)
            let batch = ImageBatch(extent, values: encoding.latents(level: level))
            writer.add("latent.\(level)", batch.planes)
        }
        for count in zeroLatents {
            let factors = (1...glow.configuration.levels).map { Float($0 <= count ? 0 : 1) }
            var decoded = images
            decoded.values = glow.decode(encoding, scaling: factors)
            writer.add("zero\(count).x", decoded.planes)
            writer.add("zero\(count).bpd", vector: try glow.score(decoded.values, labels: images.labels).bpd)
        }
        return writer
    }
}
