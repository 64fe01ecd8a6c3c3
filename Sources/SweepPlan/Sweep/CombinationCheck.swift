// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reports combinations of a section that no model can compute, where the exclusions leave any of them.
struct CombinationCheck {
    let document: DocumentReader
    let declarations: Declarations
    let facts: GatheredFacts

    func check(_ section: GridSection, of transform: TransformEntry, in block: SweepBlock) {
        checkOrder(section, of: transform)
        for model in Set(block.models.codes).sorted() {
            if transform.kind.needsLatents { checkLatents(section, of: transform, model: model) }
            checkDatasets(section, in: block, model: model)
            checkSizes(section, of: transform, in: block, model: model)
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

    /// Whether the transformation can be done to the images of each of the block's data sets.
    private func checkSizes(
        _ section: GridSection,
        of transform: TransformEntry,
        in block: SweepBlock,
        model: UInt64
    ) {
        guard let modelFacts = facts.model(model) else { return }
        let deciding = transform.kind.parameters.indices.filter { transform.kind.parameters[$0].decidesFit }
        for setting in transform.choices(of: deciding) {
            for (dataset, _) in block.namedDatasets {
                let fixed = [(TransformKind.modelCoordinate, model), (TransformKind.datasetCoordinate, dataset)]
                guard let datasetFacts = facts.dataset(dataset),
                    let misfit = setting.transform.misfit(datasetFacts, modelFacts),
                    section.keepsPoint(fixing: fixed + setting.fixed)
                else { continue }
                let (name, images) = (declarations.model(model).name, declarations.dataset(dataset).name)
                let whose = "dataset '\(images)', model '\(name)'"
                document.report("\(transform.kind.rawValue): \(misfit) (\(whose))", at: setting.position)
                break
            }
        }
    }

    /// Whether the members of a chain can follow each other.
    private func checkOrder(_ section: GridSection, of transform: TransformEntry) {
        guard transform.kind.isChain else { return }
        for setting in transform.choices(of: transform.kind.orderParameters) {
            guard let problem = setting.transform.orderProblem, section.keepsPoint(fixing: setting.fixed) else {
                continue
            }
            document.report("\(problem)", at: transform.position)
            return
        }
    }

    /// Whether the model has latents, and the levels of them that are zeroed.
    private func checkLatents(_ section: GridSection, of transform: TransformEntry, model: UInt64) {
        let named = declarations.model(model)
        let fixedModel = (coordinate: TransformKind.modelCoordinate, code: model)
        guard let family = facts.model(model)?.family ?? named.reference?.family else { return }
        guard family.hasLatents else {
            if section.keepsPoint(fixing: [fixedModel]) {
                let remedy = "exclude the pair, or give the model a block of its own"
                let kind = transform.kind.rawValue
                let problem = "\(kind) needs latents, and model '\(named.name)' (\(family.rawValue)) has none"
                document.report("\(problem); \(remedy)", at: transform.position)
            }
            return
        }
        guard let facts = facts.model(model) else { return }
        for parameter in transform.kind.parameters.indices
        where transform.kind.parameters[parameter].keys == LatentZeroing.levelsKeys {
            let levels = transform.values[parameter]
            for (number, code) in levels.codes.enumerated() {
                let highest = LatentZeroing.Levels(code: code).highest
                guard highest > facts.levels else { continue }
                let fixedLevel = (coordinate: TransformKind.firstParameterCoordinate + parameter, code: code)
                guard section.keepsPoint(fixing: [fixedModel, fixedLevel]) else { continue }
                let problem = "model '\(named.name)' has \(counted(facts.levels, "level")), not \(highest)"
                document.report(problem, at: levels.position(number))
            }
        }
    }
}

extension TransformEntry {
    /// A choice of values for some of the parameters.
    struct Choice {
        /// With these values, and any of the others.
        var transform: TransformSpec
        /// Where the first of the values stands.
        var position: Diagnostic.Position
        /// The values, and their coordinates.
        var fixed: [(coordinate: Int, code: UInt64)]
    }

    /// Every choice for those parameters; none where there are none.
    fileprivate func choices(of deciding: [Int]) -> [Choice] {
        guard let first = deciding.first else { return [] }
        let others = values.map { $0.codes[0] }
        var choices: [(codes: [UInt64], position: Diagnostic.Position)] = [(others, values[first].position(0))]
        for parameter in deciding {
            choices = choices.flatMap { choice in
                var seen: Set<UInt64> = []
                return values[parameter].codes.enumerated().filter { seen.insert($1).inserted }.map { number, code in
                    var codes = choice.codes
                    codes[parameter] = code
                    return (codes, parameter == first ? values[parameter].position(number) : choice.position)
                }
            }
        }
        return choices.map { codes, position in
            Choice(
                transform: TransformSpec(kind, codes: codes),
                position: position,
                fixed: deciding.map { (TransformKind.firstParameterCoordinate + $0, codes[$0]) }
            )
        }
    }
}

extension ModelReference {
    /// The family, where the sweep file itself says it.
    var family: ModelFacts.Family? {
        switch source {
        case .family(let family): family
        case .external: .external
        case .checkpoint, .recipe: nil
        }
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
