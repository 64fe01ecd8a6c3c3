// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Engine
import Files
import Foundation
import SweepPlan
import Vocabulary

/// `coordinator new`: a sweep file to begin with.
struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a commented sweep file that runs, to begin with.",
        discussion: """
            The file scores 20 images of each class, as they are, shifted and with noise,
            by models that come with the program, which it names by their paths, or by one
            that workers offer ('worker run --scorer').

            Examples:
              coordinator new > sweep.yaml
              coordinator new --model glow pixelcnn --dataset fashion-mnist > fashion.yaml
              coordinator new --model glow external --dataset mine-images.gz mine-labels.gz
                              --output mine.yaml
            """
    )

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The models: \(SampleModel.allCases.map(\.rawValue).joined(separator: ", ")). (default: glow)",
            valueName: "model"
        )
    )
    var model: [SampleModel] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The data sets: \(DatasetSource.builtinNames.joined(separator: ", ")), or IDX files of images, each followed "
                + "by that of its labels where its name does not tell. (default: mnist)",
            valueName: "dataset"
        )
    )
    var dataset: [String] = []

    @Option(help: ArgumentHelp("Write the file there, unless there is one. (default: print it)", valueName: "FILE"))
    var output: String?

    func run() async throws {
        try await reportingErrors {
            let datasets = try SampleDataset.named(dataset.isEmpty ? ["mnist"] : dataset)
            let models = try (model.isEmpty ? [.glow] : model).map { try $0.declaration(for: datasets) }
            let template = SweepTemplate(
                schema: ShippedFiles.schema,
                name: "my-sweep",
                models: models,
                datasets: datasets.map { SweepTemplate.Dataset(name: $0.name, files: $0.files) }
            )
            try Self.check(template.text, datasets)
            guard let output else { return try Terminal.output.write(template.text) }
            try write(template.text, to: output)
        }
    }

    /// Refuses models that cannot take the images of one's own data set.
    private static func check(_ text: String, _ datasets: [SampleDataset]) throws {
        let facts = SweepFacts(
            model: { reference in Result { try ModelLocation(reference.source).facts() } },
            dataset: { source, _ in .success(datasets.first { $0.source == source }?.facts ?? datasets[0].facts) }
        )
        do {
            _ = try Sweep(parsing: text, file: "the sweep", facts: facts)
        } catch {
            throw CommandFailure.usage(error.diagnostics.map(\.message).joined(separator: "\n"))
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try DurableFile.create(Array(text.utf8), at: path)
        } catch {
            guard error.code == EEXIST else { throw error }
            throw CommandFailure.usage("\(path) is there already; give --output another name, or remove it")
        }
        try Terminal.output.write("\(path) is written; next: coordinator plan \(path)\n")
    }
}
