// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
import Datasets
import Engine
import Foundation
import Networks
import Reporting
public import Vocabulary

/// `worker evaluate`: how a model does on a data set, without a coordinator.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score a data set's images, class by class.",
        discussion: """
            The numbers are those that a sweep records under the transform identity: the
            same image, model and seed have the same bits here and there.

            Examples:
              worker evaluate Models/glow-affine-mnist.safetensors --dataset mnist
              worker evaluate Models/glow-affine-mnist.safetensors \\
                --dataset fashion-mnist --images 1000
              worker evaluate mine.safetensors --dataset images.gz --labels labels.gz
            """
    )

    @Argument(help: ArgumentHelp("The model.", valueName: "CHECKPOINT"))
    var checkpoint: String

    @Option(
        help: ArgumentHelp(
            "\(DatasetSource.builtinNames.joined(separator: ", ")), or with --labels an IDX file of images.",
            valueName: "NAME"
        )
    )
    var dataset: String

    @Option(help: ArgumentHelp("An IDX file of labels; --dataset is then the file of images.", valueName: "FILE"))
    var labels: String?

    @Option(help: ArgumentHelp("The part of the data set: train or test.", valueName: "SPLIT"))
    var split = "test"

    @Option(help: ArgumentHelp("Score only the first N images.", valueName: "N"))
    var images: Int?

    @Option(help: ArgumentHelp("The seed of dequantisation.", valueName: "SEED"))
    var seed: UInt64 = 0

    @Option(help: "Likelihood of a class-conditional model: label, of the image's class; marginal, of all.")
    var conditioning = Conditioning.label

    @OptionGroup var estimate: EstimateOptions

    @OptionGroup var data: DataFolderOption

    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let images, images < 1 { throw ValidationError("--images takes 1 or more, not \(images)") }
    }

    func run() async throws {
        try await reportingErrors {
            let evaluation = try evaluate()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                try Terminal.output.write(String(decoding: encoder.encode(evaluation), as: UTF8.self) + "\n")
            } else {
                try Terminal.output.write(lines: evaluation.lines)
            }
        }
    }

    private func evaluate() throws -> Evaluation {
        let source = labels.map { DatasetSource.idx(images: dataset, labels: $0) } ?? .builtin(dataset)
        let library = data.library(UserFolders())
        let (facts, loaded): (ModelFacts, ImageDataset)
        do {
            facts = try Checkpoint.facts(contentsOf: checkpoint)
            loaded = try library.load(source, name: dataset, split: split)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        if conditioning == .marginal, facts.classes == 0 || facts.family.isClassifier {
            throw CommandFailure.usage("--conditioning marginal: \(checkpoint) has no class-conditional likelihood")
        }
        try estimate.check(facts.family, checkpoint)
        let count = min(images ?? loaded.count, loaded.count)
        let spec = ShardSpec(
            model: ModelSpec(
                name: checkpoint,
                location: ModelLocation(text: checkpoint),
                digest: facts.digest,
                conditioning: conditioning,
                estimate: estimate.estimate
            ),
            dataset: DatasetSpec(name: dataset, source: source, split: split, content: loaded.digest),
            transform: .identity,
            seed: seed,
            indices: (0..<count).map { UInt32($0) }
        )
        return Evaluation(
            try score(spec, library),
            labels: loaded.labels[..<count].map { Int($0) },
            facts: facts,
            spec: spec
        )
    }

    private func score(_ spec: ShardSpec, _ library: DatasetLibrary) throws -> ResultTable {
        var engine = ShardEngine(
            library: library,
            kernels: try compute.kernels(),
            pool: try compute.pool(),
            freeMemory: { FreeMemory().bytes() }
        )
        var status = StatusLine(isQuiet: isatty(STDERR_FILENO) == 0)
        defer { status.clear() }
        return try engine.score(spec) { done in
            status.show { _ in "\(HumanText.count(done))/\(counted(spec.indices.count, "image"))" }
            return true
        }
    }
}

extension Conditioning: ExpressibleByArgument {}
