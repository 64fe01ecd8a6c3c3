// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole sweep file: what it declares, then its blocks, then what their combinations are.
struct SweepReader {
    private static let keys =
        ["version", "name", "images", "models", "datasets", "schedule", "blocks"] + SettingsReader.Key.names

    private let document: DocumentReader
    private let facts: SweepFacts

    init(_ document: DocumentReader, facts: SweepFacts) {
        self.document = document
        self.facts = facts
    }

    /// The sweep; of use only when the document has no problem.
    func read() -> Sweep? {
        guard document.isVersionSupported() else { return nil }
        let settings = SettingsReader(document: document)
        let root = settings.applied(to: document.root)
        guard let fields = document.fields(root, of: "a sweep file", known: Self.keys) else { return nil }
        _ = fields.required("version")
        let name = fields.requiredName("name")
        let images = ImagesReader(document: document).read(fields["images"])
        let schedule = ScheduleReader(document: document).read(fields["schedule"])
        let declarations = declarations(fields, split: images.selection.split)
        let blocks = blocks(fields.required("blocks"), declarations: declarations)
        declarations.check(blocks, added: settings.sets(of: document.root), in: document)
        let selection = settings.selection(of: root)
        let reader = FactsReader(document, declarations: declarations, selection: selection, facts: facts)
        var builder = SectionBuilder(
            document,
            declarations: declarations,
            selection: selection,
            facts: reader.gather(blocks, images: images)
        )
        builder.add(blocks)
        let gathered = builder.facts
        let grid = declarations.grid(builder.sections)
        guard let name, document.isFaultless else { return nil }
        return Sweep(
            name: name,
            images: images.selection,
            schedule: schedule,
            models: declarations.models(of: blocks) { $1.reference },
            modelFacts: declarations.models(of: blocks) { code, _ in gathered.model(code) },
            datasets: declarations.datasets(of: blocks) { $0.source },
            ownSplits: declarations.datasets(of: blocks) { $0.split },
            grid: grid,
            unselectedCells: selection.isEverything
                ? 0 : declarations.grid(builder.unnarrowed).tally().cells - grid.tally().cells,
            blocksPosition: fields["blocks"]?.position ?? document.root.position
        )
    }

    private func declarations(_ fields: Fields, split: String) -> Declarations {
        Declarations(
            models: fields.required("models").map(ModelsReader(document: document).read) ?? [],
            datasets: DatasetsReader(document: document, split: split).read(fields["datasets"]),
            split: split
        )
    }

    /// The blocks that can be read.
    private func blocks(_ node: SourceNode?, declarations: Declarations) -> [SweepBlock] {
        guard let node else { return [] }
        let reader = BlockReader(document, declarations: declarations)
        let read = document.elements(node, of: "blocks").map(reader.read)
        let blocks = read.compactMap(\.self)
        if blocks.count < read.count, document.isFaultless {
            document.report("a block cannot be read", at: document.root.position)
        }
        return blocks
    }
}

extension SettingsReader {
    /// The filters that a file's root has.
    fileprivate func selection(of root: SourceNode) -> CellSelection {
        CellSelection(only: filters(.only, of: root), skip: filters(.skip, of: root))
    }
}

extension Declarations {
    /// Reports models and data sets that were added by being set and that no block names: their names are misspelt.
    fileprivate func check(_ blocks: [SweepBlock], added sets: [SourceNode.Entry], in document: DocumentReader) {
        let used = Set(blocks.flatMap(\.models.codes)).map { model($0).name }
        let added = models.filter { model in sets.contains { $0.value.position == model.position } }
        for model in added where !used.contains(model.name) {
            let others = models.map(\.name).filter { $0 != model.name }
            let problem = "no block names a model '\(model.name)'"
            document.report(problem + Suggestion.phrase(for: model.name, among: others), at: model.position)
        }
    }

    /// What `value` makes of each model that blocks name, by its name.
    fileprivate func models<Value>(
        of blocks: [SweepBlock],
        _ value: (UInt64, NamedModel) -> Value?
    ) -> [String: Value] {
        let used = Set(blocks.flatMap(\.models.codes))
        return Dictionary(
            uniqueKeysWithValues: used.compactMap { code in value(code, model(code)).map { (model(code).name, $0) } }
        )
    }

    fileprivate func grid(_ sections: [GridSection]) -> Grid {
        Grid(modelNames: models.map(\.name), datasetNames: datasets.map(\.name), sections: sections)
    }

    /// What `value` makes of each data set that blocks name, by its name.
    fileprivate func datasets<Value>(of blocks: [SweepBlock], _ value: (NamedDataset) -> Value?) -> [String: Value] {
        let used = Set(blocks.flatMap(\.datasets.codes)).map(dataset)
        return Dictionary(uniqueKeysWithValues: used.compactMap { named in value(named).map { (named.name, $0) } })
    }
}
