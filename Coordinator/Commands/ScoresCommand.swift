// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Foundation
import Reporting
import ResultStore
import Vocabulary

/// `coordinator scores`: numbers that were made elsewhere.
struct ScoresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scores",
        abstract: "Take numbers that were made elsewhere into a store.",
        subcommands: [ScoresImportCommand.self]
    )
}

/// `coordinator scores import`: a file of scores as a run of a store.
struct ScoresImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take a CSV file of likelihoods into a store, marked as imported.",
        discussion: """
            A row is an image: its 'index' in the data set, 'bpd' (bits per dimension) or
            'nll' (nats), and any further columns of numbers. The columns 'model',
            'dataset', 'split', 'transform' ('translate dx=-1'), 'seed' say whose scores
            they are; what is no column is said by an option. A column 'label' is compared
            with the data set's.

            The scores become a run of their own. Tables, effects, figures, reports and
            exports show its likelihood as 'imported'; 'effects' compares each cell with
            the 'identity' of the same model, data set, seed and images.

            Exit code: 0 when all was taken, 2 when something is wrong with the file, of
            which nothing is taken then, or where it contradicts what the store has.

            Examples:
              coordinator scores import flow.csv --model my-flow --dataset mnist
              coordinator scores import all.csv --store results.sqlite --model-version v2
              coordinator scores import own.csv --dataset own --images own=test.idx3 \\
                --labels own=test.idx1
            """
    )

    @Argument(help: ArgumentHelp("The file.", valueName: "file.csv"))
    var file: String

    @OptionGroup var store: StoreOption

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("The model, where no column says it.", valueName: "NAME"))
    var model: String?

    @Option(help: ArgumentHelp("The data set, where no column says it.", valueName: "NAME"))
    var dataset: String?

    @Option(help: ArgumentHelp("The split, where no column says it.", valueName: "SPLIT"))
    var split = "test"

    @Option(help: ArgumentHelp("The transformation, where no column says it.", valueName: "TEXT"))
    var transform = "identity"

    @Option(help: ArgumentHelp("The seed, where no column says it.", valueName: "SEED"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Tells these scores from others of the model's name.", valueName: "TEXT"))
    var modelVersion = "1"

    @Option(help: ArgumentHelp("The images (IDX) of a data set of one's own; repeatable.", valueName: "NAME=PATH"))
    var images: [String] = []

    @Option(help: ArgumentHelp("The labels (IDX) of a data set of one's own; repeatable.", valueName: "NAME=PATH"))
    var labels: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let outcome = try take()
            let report = Report(outcome, store: store.store)
            if json {
                try Terminal.output.write(try ReportJSON.text(report) + "\n")
            } else {
                try Terminal.output.write(lines: report.lines)
            }
        }
    }

    private func take() throws -> ScoreImport.Outcome {
        guard ExternalModel.isUsable(modelVersion) else {
            let rule = "1 to \(ColumnName.longest) visible characters and no spaces"
            throw CommandFailure.usage("--model-version has \(rule)")
        }
        let sources = try sources()
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        } catch {
            throw CommandFailure.usage("\(file): cannot be read as text; is the path right?")
        }
        let defaults = ScoreFile.Defaults(
            model: model,
            dataset: dataset,
            split: split,
            transform: transform,
            seed: seed
        )
        do {
            let scores = ScoreImport(
                file: try ScoreFile(text, path: file, defaults: defaults),
                version: modelVersion,
                sources: sources,
                library: data.library()
            )
            let results = try open()
            defer { try? results.close() }
            let outcome = try scores.take(into: results, at: Date())
            while try results.settleSummaries(includingUnfinished: true) {}
            return outcome
        } catch let error as ScoreFileError {
            throw CommandFailure.usage(error.description)
        }
    }

    private func open() throws -> ResultStore {
        IndexFault.awaitSpace(telling: true)
        do {
            return try ResultStore.open(store.store)
        } catch let error as ResultStoreError {
            throw error.trouble == nil ? CommandFailure.usage(error.description) : .failed(error.description)
        }
    }

    /// The files of the data sets that are not built in.
    private func sources() throws -> [String: DatasetSource] {
        let (images, labels) = (try pairs(images, "--images"), try pairs(labels, "--labels"))
        var sources: [String: DatasetSource] = [:]
        for name in Set(images.keys).union(labels.keys) {
            guard let image = images[name], let label = labels[name] else {
                let both = "--images \(name)=PATH and --labels \(name)=PATH"
                throw CommandFailure.usage("data set '\(name)' needs both \(both)")
            }
            sources[name] = .idx(images: image, labels: label)
        }
        return sources
    }

    private func pairs(_ texts: [String], _ option: String) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw CommandFailure.usage("\(option) \(text): NAME=PATH is wanted") }
            pairs[parts[0]] = URL(filePath: parts[1]).standardizedFileURL.path
        }
        return pairs
    }
}

extension ScoresImportCommand {
    fileprivate struct Report: Encodable {
        let run: String
        let store: String
        let cells: Int
        let images: Int
        let alreadyThere: Int
        let notFinite: Int

        init(_ outcome: ScoreImport.Outcome, store: String) {
            (run, self.store) = (outcome.run, store)
            (cells, images, alreadyThere) = (outcome.cells, outcome.images, outcome.known)
            notFinite = outcome.notFinite
        }

        var lines: [String] {
            let size = "\(counted(images, "image")) in \(counted(cells, "cell"))"
            var lines = ["Run \(run): \(size), imported into \(store)"]
            if alreadyThere > 0 { lines.append("\(counted(alreadyThere, "image")) of it were there already") }
            if notFinite > 0 { lines.append("\(counted(notFinite, "value")) of bpd are no finite numbers") }
            return lines
        }
    }
}
