// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads the elements of `blocks`.
struct BlockReader {
    private static let models = DocumentKey.node(
        "models",
        AxisName.model.form,
        isRequired: true,
        "Names of 'models'; one or a list."
    )
    private static let datasets = DocumentKey.node(
        "datasets",
        AxisName.dataset.form,
        isRequired: true,
        "Names of built-in data sets and of 'datasets'; one or a list."
    )
    private static let transforms = DocumentKey.node(
        "transforms",
        .list(.shared("transform", TransformReader.form), least: 1),
        isRequired: true,
        "What is done to the images: names, or names with parameters."
    )
    private static let seeds = DocumentKey.node(
        "seeds",
        AxisName.seed.form,
        standard: "0",
        "Seeds of dequantisation and noise, of transforms that have none of their own: one, a list, or a range."
    )
    private static let rules = RuleKeys.anywhere
    private static let priority = DocumentKey.integer(
        "priority",
        in: -1000...1000,
        standard: 0,
        "Blocks of higher priority are computed, and listed, first."
    )
    /// The keys of a block.
    static let keys = KeyTable(
        [models.facts, datasets.facts, transforms.facts, seeds.facts, rules.zip.facts, rules.exclude.facts]
            + [rules.when.facts, priority.facts]
    )

    private let document: DocumentReader
    private let axes: AxisReader
    private let transforms: TransformReader

    init(_ document: DocumentReader, declarations: Declarations) {
        self.document = document
        axes = AxisReader(document: document, declarations: declarations)
        transforms = TransformReader(axes)
    }

    func read(_ node: SourceNode) -> SweepBlock? {
        guard let fields = document.fields(node, of: "a block", known: Self.keys) else { return nil }
        let models = fields.value(Self.models).flatMap { axes.values($0, of: .model) }
        let datasets = fields.value(Self.datasets).flatMap { axes.values($0, of: .dataset) }
        let entries = fields.value(Self.transforms).map {
            document.elements($0, of: Self.transforms.name).map(transforms.read)
        }
        let ownSeeds = fields.value(Self.seeds).map { axes.values($0, of: .seed) }
        let seeds = ownSeeds ?? ValueList([0], from: node.position)
        let rules = RuleReader(axes, known: AxisName.all(with: entries?.compactMap(\.self) ?? []))
        let zips = rules.zips(fields.value(Self.rules.zip))
        let excludes = rules.excludes(fields.value(Self.rules.exclude))
        let whens = rules.whens(fields.value(Self.rules.when))
        let priority = fields.value(Self.priority)
        guard let models, let datasets, let seeds, let entries else { return nil }
        let usable = entries.compactMap(\.self)
        guard !usable.isEmpty else { return nil }
        return SweepBlock(
            models: models,
            datasets: datasets,
            seeds: seeds,
            transforms: usable.withSeeds(ofBlock: ownSeeds ?? nil),
            zips: zips,
            excludes: excludes,
            whens: whens,
            priority: priority,
            isPartial: usable.count < entries.count
        )
    }
}

extension [TransformEntry] {
    /// The entries of a block with `identity` for every seed that one of them has, so that each cell has what it is
    /// compared with.
    ///
    /// - Parameter own: The block's own seeds; nil where it says nothing of them.
    /// - Returns: The entries.
    fileprivate func withSeeds(ofBlock own: ValueList?) -> [TransformEntry] {
        let others = filter { $0.kind != TransformSpec.identity.kind }
        let given = others.compactMap(\.seeds)
        guard !given.isEmpty else { return self }
        let standard = given.count < others.count ? [ValueList([0], from: self[0].position)] : []
        let lists = (own.map { [$0] } ?? standard) + given
        return map { entry in
            guard entry.kind == TransformSpec.identity.kind else { return entry }
            var entry = entry
            entry.seeds = ValueList(joining: lists)
            return entry
        }
    }
}
