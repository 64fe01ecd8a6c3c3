// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    private static let blockKeys = ["models", "datasets", "transforms", "seeds", "zip", "exclude", "when", "priority"]

    /// Reads one element of `blocks`.
    mutating func readBlock(_ node: SourceNode) -> BlockSource? {
        guard let fields = fields(node, of: "a block", known: Self.blockKeys) else { return nil }
        let modelNames = ParameterDomain.choice(models.map(\.name))
        let datasetNames = ParameterDomain.choice(datasets.map(\.name))
        let usedModels = required("models", in: fields, of: "a block", at: node.position)
            .flatMap { values($0, of: "model", in: modelNames) }
        let usedDatasets = required("datasets", in: fields, of: "a block", at: node.position)
            .flatMap { values($0, of: "dataset", in: datasetNames) }
        let transforms = required("transforms", in: fields, of: "a block", at: node.position)
            .map { transforms in elements(transforms, of: "transforms").map { readTransform($0) } }
        let seeds =
            fields["seeds"].map { values($0.value, of: "seed", in: AxisName.seeds) }
            ?? AxisValues(codes: [0], positions: [node.position])
        let zips = fields["zip"].map { readZips($0.value, known: AxisName.all) } ?? []
        let excludes = fields["exclude"].map { readExcludes($0.value) } ?? []
        let whens = fields["when"].map { readWhens($0.value, known: AxisName.all) } ?? []
        let priority = fields["priority"].flatMap { code($0.value, of: "priority", in: .integer(-1000...1000)) } ?? 0
        guard let usedModels, let usedDatasets, let seeds, let transforms else { return nil }
        let usable = transforms.compactMap(\.self)
        guard !usable.isEmpty else { return nil }
        return BlockSource(
            models: usedModels,
            datasets: usedDatasets,
            seeds: seeds,
            transforms: usable,
            zips: zips,
            excludes: excludes,
            whens: whens,
            priority: Int(Int64(bitPattern: priority)),
            isPartial: usable.count < transforms.count
        )
    }

    /// Reads an entry of `transforms`: a name, or a name with its parameters.
    private mutating func readTransform(_ node: SourceNode) -> TransformSource? {
        switch node.content {
        case .scalar:
            return kind(node).flatMap { readParameters([:], of: $0, at: node.position) }
        case .sequence:
            report("a transform is a name or a name with parameters, not a list", at: node.position)
        case .mapping(let entries):
            if let second = entries.dropFirst().first {
                let rule = "an entry of transforms has one name; begin the next with '- ' and indent parameters further"
                report(
                    "'\(Excerpt.short(second.key))' after '\(Excerpt.short(entries[0].key))': \(rule)",
                    at: second.position
                )
            } else if let entry = entries.first {
                return readTransform(entry)
            } else {
                report("a transform must not be empty", at: node.position)
            }
        }
        return nil
    }

    private mutating func readTransform(_ entry: SourceNode.Entry) -> TransformSource? {
        let name = SourceNode(position: entry.position, content: .scalar(entry.key, isPlain: true))
        guard let kind = kind(name) else { return nil }
        if entry.value.isNull { return readParameters([:], of: kind, at: entry.position) }
        let known = kind.parameters.flatMap(\.keys) + ["zip", "when"]
        return fields(entry.value, of: kind.rawValue, known: known, noun: "axis")
            .flatMap { readParameters($0, of: kind, at: entry.position) }
    }

    private mutating func kind(_ node: SourceNode) -> TransformKind? {
        code(node, of: "transform", in: .choice(TransformKind.names)).map { TransformKind.allCases[Int($0)] }
    }

    private mutating func readParameters(
        _ fields: [String: SourceNode.Entry],
        of kind: TransformKind,
        at position: Diagnostic.Position
    ) -> TransformSource? {
        if kind == .translate, fields["dx"] == nil, fields["dy"] == nil {
            report("translate needs 'dx' or 'dy'", at: position)
        }
        let values = kind.parameters.map { readParameter($0, in: fields, of: kind, at: position) }
        let names = AxisName.names(of: kind)
        let zips = fields["zip"].map { readZips($0.value, known: names) } ?? []
        let whens = fields["when"].map { readWhens($0.value, known: names) } ?? []
        let usable = values.compactMap(\.self)
        guard usable.count == values.count else { return nil }
        return TransformSource(kind: kind, position: position, values: usable, zips: zips, whens: whens)
    }

    private mutating func readParameter(
        _ parameter: TransformKind.Parameter,
        in fields: [String: SourceNode.Entry],
        of kind: TransformKind,
        at position: Diagnostic.Position
    ) -> AxisValues? {
        let given = parameter.keys.compactMap { fields[$0] }.sorted { $0.position < $1.position }
        if given.count > 1 {
            report("axis given twice: '\(given[0].key)' and '\(given[1].key)' are the same axis", at: given[1].position)
            return nil
        }
        if let entry = given.first { return parameterValues(entry.value, key: entry.key) }
        guard let standard = parameter.standard else {
            let spellings = parameter.keys.map { "'\($0)'" }.joined(separator: " or ")
            report("\(kind.rawValue) needs \(spellings)", at: position)
            return nil
        }
        return AxisValues(codes: [standard], positions: [position])
    }

    /// The values of a parameter of transforms, with its spelling in the codes.
    mutating func parameterValues(_ node: SourceNode, key: String) -> AxisValues? {
        guard let (domain, spelling) = AxisName.parameter(key), var values = values(node, of: key, in: domain) else {
            return nil
        }
        if spelling > 0 { values.codes = values.codes.map { $0 | spelling } }
        return values
    }
}
