// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
public import Networks
public import Vocabulary

/// `worker import`: makes a checkpoint of another project's weights.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a checkpoint from weights that another project trained.",
        discussion: """
            The file must be safetensors under the other project's own parameter names.
            Sizes and options of the network are inferred from them; what weights do not
            tell is given by options.

            Examples:
              worker import --layout y0ast glow.safetensors --output Models/glow.safetensors
              worker import --layout y0ast small.safetensors --output small.safetensors --height 16 --width 16
            """
    )

    @Argument(help: ArgumentHelp("The weights.", valueName: "FILE"))
    var file: String

    @Option(help: "Whose parameter names the file has.")
    var layout: Importer.Layout

    @Option(help: ArgumentHelp("The checkpoint to write; - for standard output.", valueName: "CHECKPOINT"))
    var output: String

    @Option(help: ArgumentHelp("Rows of the model's input.", valueName: "PIXELS"))
    var height = 32

    @Option(help: ArgumentHelp("Columns of the model's input.", valueName: "PIXELS"))
    var width = 32

    @Option(help: "How images become the model's input.")
    var preprocessing = ModelFacts.Preprocessing.resize

    @Option(help: ArgumentHelp("Where the weights come from, for the checkpoint's metadata.", valueName: "TEXT"))
    var provenance = ""

    func run() async throws {
        try await reportingErrors {
            let options = Importer.Options(
                height: height,
                width: width,
                preprocessing: preprocessing,
                provenance: provenance
            )
            let weights = try SafetensorsFile(contentsOf: file)
            let checkpoint = try Importer.checkpoint(from: weights, layout: layout, options: options)
            try checkpoint.write(to: output)
            let description = CheckpointDescription(checkpoint)
            announce(
                "\(output): \(description.parameters) parameters, sha256 \(description.digest)",
                besides: output
            )
        }
    }
}

extension Importer.Layout: ExpressibleByArgument {}
extension ModelFacts.Preprocessing: ExpressibleByArgument {}
