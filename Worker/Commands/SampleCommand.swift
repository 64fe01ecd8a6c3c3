// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Figures
import Files
import Foundation
import Networks
import Reporting
import Training
import Vocabulary

/// `worker sample`: images drawn from a model.
struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw images from a model, as one PNG.",
        discussion: """
            A class-conditional Glow draws a row for each class unless --class picks one.
            The same seed draws the same images, whatever their number.

            Examples:
              worker sample Models/glow-affine-mnist.safetensors --output samples.png
              worker sample Models/glow-affine-mnist.safetensors --output sevens.png \\
                --class 7 --temperature 1
            """
    )

    @Argument(help: ArgumentHelp("The model.", valueName: "CHECKPOINT"))
    var checkpoint: String

    @Option(help: ArgumentHelp("The file to write; - for standard output.", valueName: "PNG"))
    var output: String

    @Option(help: ArgumentHelp("Rows of images. (default: one for each class, else 8)", valueName: "N"))
    var rows: Int?

    @Option(help: ArgumentHelp("Images in a row.", valueName: "N"))
    var columns = 10

    @Option(name: .customLong("class"), help: ArgumentHelp("The class of all images.", valueName: "CLASS"))
    var imageClass: Int?

    @Option(
        help: ArgumentHelp(
            "Factor of a Glow's latents: 1 samples the model itself, less gives likelier images. (default: 0.7)",
            valueName: "T"
        ),
        transform: { try DecimalOption.number($0) }
    )
    var temperature: Double?

    @Option(help: ArgumentHelp("Seed of the images.", valueName: "SEED"))
    var seed: UInt64 = 0

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        for (name, value) in [("--rows", rows ?? 1), ("--columns", columns)] where !(1...1000 ~= value) {
            throw ValidationError("\(name) takes 1 to 1000, not \(value)")
        }
        if let imageClass, imageClass < 0 { throw ValidationError("--class takes classes from 0, not \(imageClass)") }
        if let temperature, !(0...100 ~= temperature) {
            throw ValidationError("--temperature takes 0 to 100, not \(temperature)")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let drawing = SampleDrawing(
                rows: rows,
                columns: columns,
                imageClass: imageClass,
                temperature: temperature,
                seed: seed
            )
            let sheet = try drawing.sheet(
                of: Checkpoint(contentsOf: checkpoint),
                kernels: compute.kernels(),
                pool: try compute.pool()
            )
            try DurableFile.write(sheet.png(), to: output)
            announce("\(output): \(counted(sheet.images.count, "image"))", besides: output)
        }
    }
}
