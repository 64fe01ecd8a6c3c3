// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The facts of the models and data sets that a file's blocks name, by their codes.
struct GatheredFacts {
    fileprivate var models: [UInt64: ModelFacts] = [:]
    fileprivate var datasets: [UInt64: DatasetFacts] = [:]

    /// Nil where nobody knows, or where the model cannot be used.
    func model(_ code: UInt64) -> ModelFacts? { models[code] }

    /// Nil where nobody knows, or where the data set cannot be used.
    func dataset(_ code: UInt64) -> DatasetFacts? { datasets[code] }
}

/// Asks for the facts of everything that blocks name, once each, and reports what they make impossible at once.
struct FactsReader {
    private let document: DocumentReader
    private let declarations: Declarations
    private let selection: CellSelection
    private let facts: SweepFacts

    init(_ document: DocumentReader, declarations: Declarations, selection: CellSelection, facts: SweepFacts) {
        self.document = document
        self.declarations = declarations
        self.selection = selection
        self.facts = facts
    }

    func gather(_ blocks: [SweepBlock], images: SelectedImages) -> GatheredFacts {
        var gathered = GatheredFacts()
        for code in Set(blocks.flatMap(\.models.codes)).sorted() where selection.mayKeep(model: code, declarations) {
            gathered.models[code] = modelFacts(declarations.model(code))
        }
        var asked: Set<UInt64> = []
        for (code, position) in blocks.flatMap(\.namedDatasets)
        where asked.insert(code).inserted && selection.mayKeep(dataset: code, declarations) {
            gathered.datasets[code] = datasetFacts(declarations.dataset(code), images: images, at: position)
        }
        checkModelsDiffer(gathered)
        return gathered
    }

    private func modelFacts(_ model: NamedModel) -> ModelFacts? {
        guard let reference = model.reference else { return nil }
        let answer = facts.model?(reference)
        if let family = (try? answer?.get())?.family ?? reference.family,
            let problem = reference.estimate.problem(of: family)
        {
            document.report("model '\(model.name)': \(problem)", at: model.position(of: problem.key))
        }
        switch answer {
        case nil: return nil
        case .failure(let error as SweepFileError):
            for problem in error.diagnostics {
                document.report("model '\(model.name)': \(problem)", at: model.position)
            }
            return nil
        case .failure(let error):
            document.report("model '\(model.name)': \(error)", at: model.position)
            return nil
        case .success(let facts):
            if reference.conditioning == .marginal, facts.classes == 0 || facts.family.isClassifier {
                let kind = facts.family.isClassifier ? "a classifier" : "unconditional"
                let need = "conditioning marginal needs a class-conditional likelihood"
                let position = model.position(of: ModelsReader.conditioningKey)
                document.report("\(need), and '\(model.name)' is \(kind)", at: position)
            }
            return facts
        }
    }

    private func datasetFacts(
        _ dataset: NamedDataset,
        images: SelectedImages,
        at position: Diagnostic.Position
    ) -> DatasetFacts? {
        let split = dataset.split ?? images.selection.split
        guard let source = dataset.source, let answer = facts.dataset?(source, split) else { return nil }
        switch answer {
        case .failure(let error):
            document.report("dataset '\(dataset.name)': \(error)", at: position)
            return nil
        case .success(let facts):
            if let largest = images.largest, largest.index >= facts.count {
                let place = "the \(split) split of '\(dataset.name)', which has \(counted(facts.count, "image"))"
                document.report("index \(largest.index) is beyond \(place)", at: largest.position)
            }
            return facts
        }
    }

    /// Reports models that are one and the same: their cells would have the same ids.
    private func checkModelsDiffer(_ gathered: GatheredFacts) {
        let models = declarations.models
        for (number, model) in models.enumerated() {
            let same = models[..<number].enumerated().first { index, earlier in
                guard model.reference?.conditioning == earlier.reference?.conditioning,
                    model.reference?.estimate == earlier.reference?.estimate
                else { return false }
                let digest = gathered.model(UInt64(number))?.digest
                return model.reference != nil && model.reference == earlier.reference
                    || digest != nil && digest == gathered.model(UInt64(index))?.digest
            }
            if let same {
                let twin = "model '\(model.name)' is '\(same.element.name)' again, same weights and likelihood"
                document.report("\(twin); name it once", at: model.position)
            }
        }
    }
}
