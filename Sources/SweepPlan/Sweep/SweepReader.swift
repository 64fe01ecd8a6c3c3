// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole sweep file: what it declares, then its blocks, then what their combinations are.
struct SweepReader {
    private static let keys = ["version", "name", "images", "models", "datasets", "schedule", "blocks"]

    private let document: DocumentReader
    private let facts: SweepFacts

    init(_ document: DocumentReader, facts: SweepFacts) {
        self.document = document
        self.facts = facts
    }

    /// The sweep; of use only when the document has no problem.
    func read() -> Sweep? {
        guard document.isVersionSupported(),
            let fields = document.fields(document.root, of: "a sweep file", known: Self.keys)
        else { return nil }
        _ = fields.required("version")
        let name = fields.requiredName("name")
        let images = ImagesReader(document: document).read(fields["images"])
        let schedule = ScheduleReader(document: document).read(fields["schedule"])
        let declarations = declarations(fields, split: images.selection.split)
        let blocks = blocks(fields.required("blocks"), declarations: declarations)
        let gathered = FactsReader(document, declarations: declarations, facts: facts).gather(blocks, images: images)
        var builder = SectionBuilder(document, declarations: declarations, facts: gathered)
        builder.add(blocks)
        guard let name, document.isFaultless else { return nil }
        return Sweep(
            name: name,
            images: images.selection,
            schedule: schedule,
            models: declarations.models(of: blocks) { $1.reference },
            modelFacts: declarations.models(of: blocks) { code, _ in gathered.model(code) },
            datasets: declarations.datasets(of: blocks) { $0.source },
            ownSplits: declarations.datasets(of: blocks) { $0.split },
            grid: declarations.grid(builder.sections),
            blocksPosition: fields["blocks"]?.position ?? document.root.position
        )
    }

    private func declarations(_ fields: Fields, split: String) -> Declarations {
        Declarations(
            models: fields.required("models").map(ModelsReader(document: document).read) ?? [],
            datasets: DatasetsReader(document: document, split: split).read(fields["datasets"])
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

extension Declarations {
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
