// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Kernels
import Networks
import Vocabulary

/// `worker score`: the likelihood of tensors in a file, without data set, transformation or coordinator.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score the images of a safetensors file.",
        discussion: """
            The input's 'x' is N×C×H×W, of any size that the model can take; its
            optional 'y' holds N classes. A Glow takes −0.5 … 0.5, dequantised; a
            PixelCNN++ and a classifier take −1 … 1. Numbers that are clearly on
            another scale are refused: --scale 0..255, --scale 0..1 or --scale -1..1
            says which one they are on, and they are converted. 8-bit pixels become
            what they are in a sweep, so that a Glow gives them the same bits as
            'worker evaluate' with the same --seed. The model's own scale
            (--scale -0.5..0.5 for a Glow) takes the numbers as they are.

            What is written depends on the model:
              Glow        'bpd'. Without 'y' a class-conditional model reports
                          −log of the mean over classes. --latents adds
                          'latent.i' for every level i, --zero-latents K adds
                          'zeroK.x', decoded with the first K levels' latents
                          set to zero, and 'zeroK.bpd', its score. --draws K adds
                          'bpd.single' and 'bpd.se' to 8-bit pixels' 'bpd'
              PixelCNN++  'bpd', and 'bpd.interval' of the 8-bit levels nearest
                          to the pixels; with --likelihood interval that is
                          'bpd', beside 'bpd.density'
              classifier  'logits' (N×classes) and 'predicted'; with 'y' also
                          'correct' and 'crossentropy' in nats. It gives images
                          no likelihood

            Examples:
              worker score glow.safetensors --input x.safetensors --output s.safetensors
              worker score m.safetensors --input b.safetensors --scale 0..255 --output -
              worker score m.safetensors --input x.safetensors --output - --zero-latents 1
            """
    )

    @Argument(help: ArgumentHelp("The model.", valueName: "CHECKPOINT"))
    var checkpoint: String

    @Option(help: ArgumentHelp("The images.", valueName: "FILE"))
    var input: String

    @Option(help: ArgumentHelp("The file to write; - for standard output.", valueName: "FILE"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What black and white are in 'x': 0..255, 0..1, -1..1 or -0.5..0.5. (default: the model's own)",
            valueName: "RANGE"
        )
    )
    var scale: InputScale?

    @Option(help: ArgumentHelp("The seed of dequantisation, for 8-bit pixels and a Glow.", valueName: "SEED"))
    var seed: UInt64 = 0

    @Flag(help: "Write the standardised latents of every level (a Glow's).")
    var latents = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Zero the first K levels' latents, decode and score again (a Glow's); several values may follow.",
            valueName: "K"
        )
    )
    var zeroLatents: [Int] = []

    @OptionGroup var estimate: EstimateOptions

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        if let bad = zeroLatents.first(where: { $0 < 1 }) {
            throw ValidationError("--zero-latents takes levels from 1, not \(bad)")
        }
        if estimate.draws > 1, latents || !zeroLatents.isEmpty {
            throw ValidationError("--draws \(estimate.draws): latents are those of one draw")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let kernels = try compute.kernels()
            let images = try ImageBatch(SafetensorsFile(contentsOf: input))
            let weights = try Checkpoint(contentsOf: checkpoint)
            try check(images, weights.facts)
            let conversion = InputImages(
                file: input,
                given: scale,
                seed: seed,
                estimate: estimate.estimate,
                kernels: kernels
            )
            let (converted, remark) = try conversion.converted(images, for: weights.facts.family)
            let model = try LoadedModel(
                weights,
                imageSize: ImageSize(height: images.height, width: images.width),
                kernels: kernels,
                pool: try compute.pool()
            )
            let scores = ImageScores(latents: latents, zeroLatents: zeroLatents, estimate: estimate.estimate)
            let writer: SafetensorsWriter
            do {
                writer = try scores.file(converted, model)
            } catch {
                throw CommandFailure.usage("\(input): \(error)")
            }
            try writer.write(to: output)
            if let remark { announce(remark, besides: output) }
        }
    }

    /// Refuses images and options that mean nothing to the model.
    private func check(_ images: ImageBatch, _ facts: ModelFacts) throws {
        guard images.channels == facts.channels else {
            let found = "'x' has \(images.channels) channels; the model takes \(facts.channels)"
            throw CommandFailure.usage("\(input): \(found)")
        }
        try estimate.check(facts.family, checkpoint)
        if !facts.family.hasLatents, latents || !zeroLatents.isEmpty {
            let option = latents ? "--latents" : "--zero-latents"
            throw CommandFailure.usage("\(option): \(checkpoint) is a \(facts.family.rawValue), which has no latents")
        }
        if let absent = zeroLatents.first(where: { $0 > facts.levels }) {
            let levels = facts.levels == 1 ? "1 level" : "\(facts.levels) levels"
            throw CommandFailure.usage("--zero-latents \(absent): \(checkpoint) has \(levels)")
        }
    }
}
