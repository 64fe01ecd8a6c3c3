// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reports combinations of a section that no model can compute, where the exclusions leave any of them.
struct CombinationCheck {
    let document: DocumentReader
    let declarations: Declarations
    let facts: GatheredFacts

    func check(_ section: GridSection, of transform: TransformEntry, in block: SweepBlock) {
        for model in Set(block.models.codes).sorted() {
            if transform.kind == .zeroLatents { checkLevels(section, of: transform, model: model) }
            checkDatasets(section, in: block, model: model)
        }
    }

    /// Whether the model can take the images and labels of each of the block's data sets.
    private func checkDatasets(_ section: GridSection, in block: SweepBlock, model: UInt64) {
        guard let modelFacts = facts.model(model) else { return }
        let named = declarations.model(model)
        for (dataset, position) in block.namedDatasets {
            guard let datasetFacts = facts.dataset(dataset),
                let problem = modelFacts.mismatch(datasetFacts, conditioning: named.reference?.conditioning ?? .label),
                section.keepsPoint(fixing: [
                    (TransformKind.modelCoordinate, model), (TransformKind.datasetCoordinate, dataset),
                ])
            else { continue }
            let pair = "dataset '\(declarations.dataset(dataset).name)' does not fit model '\(named.name)'"
            document.report("\(pair): \(problem)", at: position)
        }
    }

    /// Whether the model has the levels of latents that are zeroed.
    private func checkLevels(_ section: GridSection, of transform: TransformEntry, model: UInt64) {
        let named = declarations.model(model)
        let fixedModel = (coordinate: TransformKind.modelCoordinate, code: model)
        guard let family = facts.model(model)?.family ?? named.reference?.family else { return }
        guard family.hasLatents else {
            if section.keepsPoint(fixing: [fixedModel]) {
                let remedy = "exclude the pair, or give the model a block of its own"
                let problem = "zero-latents needs latents, and model '\(named.name)' (\(family.rawValue)) has none"
                document.report("\(problem); \(remedy)", at: transform.position)
            }
            return
        }
        guard let facts = facts.model(model) else { return }
        let levels = transform.values[0]
        for (number, code) in levels.codes.enumerated() {
            let highest = LatentZeroing.Levels(code: code).highest
            guard highest > facts.levels else { continue }
            let fixedLevel = (coordinate: TransformKind.firstParameterCoordinate, code: code)
            guard section.keepsPoint(fixing: [fixedModel, fixedLevel]) else { continue }
            let problem = "model '\(named.name)' has \(counted(facts.levels, "level")), not \(highest)"
            document.report(problem, at: levels.position(number))
        }
    }
}

extension ModelReference {
    /// The family, where the sweep file itself says it.
    var family: ModelFacts.Family? {
        if case .family(let family) = source { family } else { nil }
    }
}

extension ModelFacts {
    /// Why a data set's images cannot become the model's input, or its labels the model's condition; nil if they can.
    fileprivate func mismatch(_ dataset: DatasetFacts, conditioning: Conditioning) -> String? {
        let misfit = dataset.mismatch(height: height, width: width, channels: channels, preprocessing)
        if let misfit { return misfit }
        if conditioning == .label, classes > 0, dataset.classes > classes {
            return
                "it has \(counted(dataset.classes, "class")), the model knows \(classes); conditioning marginal needs no labels"
        }
        return nil
    }
}
