// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of `blocks`.
struct BlockReader {
    private static let keys = ["models", "datasets", "transforms", "seeds", "zip", "exclude", "when", "priority"]

    private let document: DocumentReader
    private let axes: AxisReader
    private let transforms: TransformReader
    private let rules: RuleReader

    init(_ document: DocumentReader, declarations: Declarations) {
        self.document = document
        axes = AxisReader(document: document, declarations: declarations)
        transforms = TransformReader(axes)
        rules = RuleReader(axes, known: AxisName.all)
    }

    func read(_ node: SourceNode) -> SweepBlock? {
        guard let fields = document.fields(node, of: "a block", known: Self.keys) else { return nil }
        let models = fields.required("models").flatMap { axes.values($0, of: .model) }
        let datasets = fields.required("datasets").flatMap { axes.values($0, of: .dataset) }
        let entries = fields.required("transforms").map { document.elements($0, of: "transforms").map(transforms.read) }
        let seeds = fields["seeds"].map { axes.values($0, of: .seed) } ?? ValueList([0], from: node.position)
        let zips = rules.zips(fields["zip"])
        let excludes = rules.excludes(fields["exclude"])
        let whens = rules.whens(fields["when"])
        let priority = fields.integer("priority", in: -1000...1000) ?? 0
        guard let models, let datasets, let seeds, let entries else { return nil }
        let usable = entries.compactMap(\.self)
        guard !usable.isEmpty else { return nil }
        return SweepBlock(
            models: models,
            datasets: datasets,
            seeds: seeds,
            transforms: usable,
            zips: zips,
            excludes: excludes,
            whens: whens,
            priority: priority,
            isPartial: usable.count < entries.count
        )
    }
}
