// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole sweep file: what it declares, then its blocks, then what their combinations are.
struct SweepReader {
    private static let version = DocumentKey.node(
        "version",
        .value(.integer(1...1)),
        isRequired: true,
        "The version of this file's form: 1."
    )
    private static let name = DocumentKey.name("name", "The sweep's name.")
    private static let images = DocumentKey.node(
        "images",
        .mapping(ImagesReader.keys),
        "Which images of every data set; default: all of the test split."
    )
    private static let models = DocumentKey.node(
        "models",
        ModelsReader.form,
        isRequired: true,
        "A name for each model."
    )
    private static let datasets = DocumentKey.node(
        "datasets",
        DatasetsReader.form,
        "A name for each of your own data sets."
    )
    private static let schedule = DocumentKey.node(
        "schedule",
        .mapping(ScheduleReader.keys),
        "How the work is handed out; no key of it changes a number."
    )
    private static let blocks = DocumentKey.node(
        "blocks",
        .list(.shared("block", .mapping(BlockReader.keys)), least: 1),
        isRequired: true,
        "What to combine: the sweep is the union of its blocks, each the product of its axes."
    )
    private static let set = KeyFacts(
        SettingsReader.Key.set.rawValue,
        .settings,
        "Paths with the values that take the place of what this file says there: {'blocks[0].seeds': [0, 1]}."
    )
    private static let only = KeyFacts(
        SettingsReader.Key.only.rawValue,
        .list(.text, least: 1),
        "Filters of cells, of which one must fit: 'transform=noise scale=1e-3'."
    )
    private static let skip = KeyFacts(
        SettingsReader.Key.skip.rawValue,
        .list(.text, least: 1),
        "Filters of cells, of which none may fit."
    )
    /// The keys of a sweep file.
    static let keys = KeyTable([
        version.facts, name.facts, images.facts, models.facts, datasets.facts, schedule.facts, blocks.facts,
        set, only, skip,
    ])

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
        _ = fields.value(Self.version)
        let name = fields.value(Self.name)
        let images = ImagesReader(document: document).read(fields.value(Self.images))
        let schedule = ScheduleReader(document: document).read(fields.value(Self.schedule))
        let declarations = declarations(fields, split: images.selection.split)
        let blocks = blocks(fields.value(Self.blocks), declarations: declarations)
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
            blocksPosition: fields[Self.blocks.name]?.position ?? document.root.position
        )
    }

    private func declarations(_ fields: Fields, split: String) -> Declarations {
        Declarations(
            models: fields.value(Self.models).map(ModelsReader(document: document).read) ?? [],
            datasets: DatasetsReader(document: document, split: split).read(fields.value(Self.datasets)),
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
