// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
import Networks
public import Vocabulary

/// `worker import`: makes a checkpoint of another project's weights.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a checkpoint from weights that another project trained.",
        discussion: """
            The file must be safetensors. Its names may be the other project's own, or
            have something before them that they share ('module.', 'state_dict.model.');
            optimiser state and counters beside the weights are left out. Sizes and
            options of the network are inferred from names and shapes. What weights do
            not tell is the family's standard unless an option says otherwise; what was
            assumed is printed.

            Examples:
              worker import weights.safetensors --output glow.safetensors
              worker import weights.safetensors --output m.safetensors --prefix ema
              worker import w.safetensors --output m.safetensors --height 16 --width 16
            """
    )

    @Argument(help: ArgumentHelp("The weights.", valueName: "FILE"))
    var file: String

    @Option(help: "Whose names the file has: y0ast (Glow), pclucas14 (PixelCNN++); auto: whichever fits.")
    var layout = LayoutChoice.auto

    @Option(
        help: ArgumentHelp(
            "What stands before the names of the model that is meant, where a file holds several.",
            valueName: "PREFIX"
        )
    )
    var prefix: String?

    @Option(help: ArgumentHelp("The checkpoint to write; - for standard output.", valueName: "CHECKPOINT"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Rows of the model's input. (default: as the file shows, or else 32 for a Glow, 28 for a PixelCNN++)",
            valueName: "PIXELS"
        )
    )
    var height: Int?

    @Option(help: ArgumentHelp("Columns of the model's input; default as for rows.", valueName: "PIXELS"))
    var width: Int?

    @Option(
        help: """
            How images become the model's input: resize, pad, none. (default: none for a PixelCNN++ of 28×28, \
            or else resize)
            """
    )
    var preprocessing: ModelFacts.Preprocessing?

    @Option(help: ArgumentHelp("Where the weights come from, for the checkpoint's metadata.", valueName: "TEXT"))
    var provenance = ""

    func run() async throws {
        try await reportingErrors {
            let options = Importer.Options(
                height: height,
                width: width,
                preprocessing: preprocessing,
                provenance: provenance,
                prefix: prefix
            )
            let weights = try SafetensorsFile(contentsOf: file)
            let imported = try Importer.read(weights, layout: layout.layout, options: options)
            try imported.checkpoint.write(to: output)
            let description = CheckpointDescription(imported.checkpoint)
            announce(
                "\(output): \(description.parameters) parameters, sha256 \(description.digest)",
                besides: output
            )
            announce("layout: \(imported.layout.rawValue)", besides: output)
            for remark in imported.remarks { announce(remark, besides: output) }
        }
    }
}

/// A layout, or whichever fits.
enum LayoutChoice: ExpressibleByArgument, CaseIterable {
    case auto
    case layout(Importer.Layout)

    static let allCases = [LayoutChoice.auto] + Importer.Layout.allCases.map(LayoutChoice.layout)

    init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.defaultValueDescription == argument }) else { return nil }
        self = choice
    }

    var defaultValueDescription: String { layout?.rawValue ?? "auto" }

    static var allValueStrings: [String] { allCases.map(\.defaultValueDescription) }

    /// The layout; nil for whichever fits.
    var layout: Importer.Layout? {
        if case .layout(let layout) = self { layout } else { nil }
    }
}

extension ModelFacts.Preprocessing: ExpressibleByArgument {}
