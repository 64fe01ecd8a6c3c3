// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The facts of the models and data sets that a file's blocks name, by their positions in the reader's lists.
struct GatheredFacts {
    var models: [UInt64: ModelFacts] = [:]
    var datasets: [UInt64: DatasetFacts] = [:]
}

extension SweepFileReader {
    /// Asks for the facts of everything that blocks name, once each.
    mutating func gatherFacts(of blocks: [BlockSource], images: Images) -> GatheredFacts {
        var gathered = GatheredFacts()
        for code in Set(blocks.flatMap(\.models.codes)).sorted() {
            gathered.models[code] = modelFacts(models[Int(code)])
        }
        var asked: Set<UInt64> = []
        for (code, position) in blocks.flatMap(\.namedDatasets) where asked.insert(code).inserted {
            gathered.datasets[code] = datasetFacts(datasets[Int(code)], images: images, at: position)
        }
        return gathered
    }

    private mutating func modelFacts(_ model: NamedModel) -> ModelFacts? {
        guard let reference = model.reference, let answer = facts.model?(reference) else { return nil }
        switch answer {
        case .failure(let error):
            report("model '\(model.name)': \(error)", at: model.position)
            return nil
        case .success(let facts):
            if reference.conditioning == .marginal, facts.classes == 0 || facts.family == .resnet {
                let kind = facts.family == .resnet ? "a classifier" : "unconditional"
                let need = "conditioning marginal needs a class-conditional likelihood"
                let message = "\(need), and '\(model.name)' is \(kind)"
                report(message, at: model.conditioningPosition)
            }
            return facts
        }
    }

    private mutating func datasetFacts(
        _ dataset: NamedDataset,
        images: Images,
        at position: Diagnostic.Position
    ) -> DatasetFacts? {
        let split = images.selection.split
        guard let source = dataset.source, let answer = facts.dataset?(source, split) else { return nil }
        switch answer {
        case .failure(let error):
            report("dataset '\(dataset.name)': \(error)", at: position)
            return nil
        case .success(let facts):
            if let largest = images.largest, largest.index >= facts.count {
                let place = "the \(split) split of '\(dataset.name)', which has \(facts.count) images"
                report("index \(largest.index) is beyond \(place)", at: largest.position)
            }
            return facts
        }
    }

    /// Reports models that are one and the same: their cells would have the same ids.
    mutating func checkModelsDiffer(_ gathered: GatheredFacts) {
        for (number, model) in models.enumerated() {
            let same = models[..<number].enumerated().first { index, earlier in
                guard model.reference?.conditioning == earlier.reference?.conditioning else { return false }
                let digest = gathered.models[UInt64(number)]?.digest
                return model.reference != nil && model.reference == earlier.reference
                    || digest != nil && digest == gathered.models[UInt64(index)]?.digest
            }
            if let same {
                let message =
                    "model '\(model.name)' is '\(same.element.name)' again, same weights and conditioning; name it once"
                report(message, at: model.position)
            }
        }
    }

    /// Reports combinations of a section that no model can compute, where the exclusions leave any of them.
    mutating func checkPossible(
        _ section: GridSection,
        _ transform: TransformSource,
        in block: BlockSource,
        facts: GatheredFacts
    ) {
        for model in Set(block.models.codes).sorted() {
            if transform.kind == .zeroLatents { checkLevels(section, transform, model: model, facts.models[model]) }
            guard let modelFacts = facts.models[model] else { continue }
            let (name, reference) = (models[Int(model)].name, models[Int(model)].reference)
            for (dataset, position) in block.namedDatasets {
                guard let datasetFacts = facts.datasets[dataset],
                    let problem = modelFacts.mismatch(datasetFacts, conditioning: reference?.conditioning ?? .label),
                    section.keepsPoint(fixing: [
                        (TransformKind.modelCoordinate, model), (TransformKind.datasetCoordinate, dataset),
                    ])
                else { continue }
                let problemOfPair = "dataset '\(datasets[Int(dataset)].name)' does not fit model '\(name)': \(problem)"
                report(problemOfPair, at: position)
            }
        }
    }

    private mutating func checkLevels(
        _ section: GridSection,
        _ transform: TransformSource,
        model: UInt64,
        _ facts: ModelFacts?
    ) {
        let name = models[Int(model)].name
        let fixedModel = (coordinate: TransformKind.modelCoordinate, code: model)
        guard let family = facts?.family ?? models[Int(model)].reference?.family else { return }
        guard family == .glow else {
            if section.keepsPoint(fixing: [fixedModel]) {
                let remedy = "exclude the pair, or give the model a block of its own"
                report(
                    "zero-latents needs latents, and model '\(name)' (\(family.rawValue)) has none; \(remedy)",
                    at: transform.position
                )
            }
            return
        }
        guard let facts else { return }
        let levels = transform.values[0]
        for (number, code) in levels.codes.enumerated() where code & UInt64(UInt32.max) > facts.levels {
            let fixedLevel = (coordinate: TransformKind.firstParameterCoordinate, code: code)
            guard section.keepsPoint(fixing: [fixedModel, fixedLevel]) else { continue }
            let message = "model '\(name)' has \(facts.levels) levels, not \(code & UInt64(UInt32.max))"
            report(message, at: levels.position(number))
        }
    }
}

extension BlockSource {
    /// The block's data sets with the places where it names them.
    fileprivate var namedDatasets: [(UInt64, Diagnostic.Position)] {
        datasets.codes.indices.map { (datasets.codes[$0], datasets.position($0)) }
    }
}

extension ModelReference {
    /// The family, where the sweep file itself says it.
    fileprivate var family: ModelFacts.Family? {
        if case .family(let family) = source { family } else { nil }
    }
}

extension ModelFacts {
    /// Why a data set's images cannot become the model's input, or its labels the model's condition; nil if they can.
    fileprivate func mismatch(_ dataset: DatasetFacts, conditioning: Conditioning) -> String? {
        let image = "\(dataset.height)×\(dataset.width)"
        let input = "\(height)×\(width)"
        if dataset.channels != channels {
            return "its images have \(dataset.channels) channels, the model takes \(channels)"
        }
        if preprocessing == .none, dataset.height != height || dataset.width != width {
            return "its images are \(image), the model takes \(input) and does not resize"
        }
        if preprocessing == .pad, dataset.height > height || dataset.width > width {
            return "its images are \(image), too large to be padded to \(input)"
        }
        if conditioning == .label, classes > 0, dataset.classes > classes {
            return
                "it has \(dataset.classes) classes, the model knows \(classes); conditioning marginal needs no labels"
        }
        return nil
    }
}
