// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    private static let keys = ["version", "name", "images", "models", "datasets", "schedule", "blocks"]

    /// Reads a whole file; the result is of use only when no problem was reported.
    mutating func readSweep(_ root: SourceNode) -> Sweep? {
        guard isVersionSupported(root), let fields = fields(root, of: "a sweep file", known: Self.keys) else {
            return nil
        }
        _ = required("version", in: fields, of: "a sweep file", at: root.position)
        let name = required("name", in: fields, of: "a sweep file", at: root.position).flatMap { node in
            text(node, of: "name").flatMap { isUsable(name: $0, at: node.position) ? $0 : nil }
        }
        let images = fields["images"].map { readImages($0.value) } ?? Images()
        let schedule = fields["schedule"].map { readSchedule($0.value) } ?? SweepSchedule()
        if let node = required("models", in: fields, of: "a sweep file", at: root.position) { readModels(node) }
        if let node = fields["datasets"]?.value { readDatasets(node) }
        let node = required("blocks", in: fields, of: "a sweep file", at: root.position)
        let read = node.map { node in elements(node, of: "blocks").map { readBlock($0) } } ?? []
        let blocks = read.compactMap(\.self)
        // Stable: blocks of one priority stay in the file's order.
        let ordered = blocks.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }
        if blocks.count < read.count, diagnostics.isEmpty { report("a block cannot be read", at: root.position) }
        let gathered = gatherFacts(of: blocks, images: images)
        checkModelsDiffer(gathered)
        let sections = sections(of: ordered.map(\.element), facts: gathered)
        guard let name, diagnostics.isEmpty else { return nil }
        return sweep(name, images.selection, schedule, blocks, sections, gathered)
    }

    /// Whether the version, if there is one, is one that is read: another version's keys are not ours to judge.
    mutating func isVersionSupported(_ root: SourceNode) -> Bool {
        guard case .mapping(let entries) = root.content, let entry = entries.first(where: { $0.key == "version" })
        else {
            return true
        }
        guard let version = code(entry.value, of: "version", in: .integer(.min ... .max)) else { return false }
        if version != 1 {
            report("version \(Int64(bitPattern: version)) is not supported; version 1 is", at: entry.value.position)
        }
        return version == 1
    }

    /// Makes the sections of all blocks, within the bounds of what a file may hold.
    private mutating func sections(of blocks: [BlockSource], facts: GatheredFacts) -> [GridSection] {
        var all: [GridSection] = []
        var valueCount = 0
        for block in blocks {
            let position = block.transforms[0].position
            guard block.excludes.count + block.whens.count <= Self.ruleLimit else {
                report("more than \(Self.ruleLimit) rules in a block", at: position)
                return all
            }
            valueCount += block.transforms.reduce(0) { $0 + block.columns($1).reduce(0) { $0 + $1.codes.count } }
            guard all.count + block.transforms.count <= Self.sectionLimit, valueCount <= Self.valueLimit else {
                let limits = "\(Self.sectionLimit) transforms or \(Self.valueLimit) values on axes"
                report("from here the sweep has more than \(limits)", at: position)
                return all
            }
            let before = diagnostics.count
            let sections = sections(of: block)
            // A transform without a section has been reported; what the others can do is told when that is mended.
            guard diagnostics.count == before else { continue }
            for (section, transform) in zip(sections, block.transforms) {
                checkPossible(section, transform, in: block, facts: facts)
            }
            all += sections
        }
        return all
    }

    private func sweep(
        _ name: String,
        _ images: ImageSelection,
        _ schedule: SweepSchedule,
        _ blocks: [BlockSource],
        _ sections: [GridSection],
        _ gathered: GatheredFacts
    ) -> Sweep {
        let usedModels = Set(blocks.flatMap(\.models.codes)).map { (code: $0, model: models[Int($0)]) }
        let usedDatasets = Set(blocks.flatMap(\.datasets.codes)).map { datasets[Int($0)] }
        func pair<Value>(_ name: String, _ value: Value?) -> (String, Value)? { value.map { (name, $0) } }
        return Sweep(
            name: name,
            images: images,
            schedule: schedule,
            models: Dictionary(uniqueKeysWithValues: usedModels.compactMap { pair($0.model.name, $0.model.reference) }),
            modelFacts: Dictionary(
                uniqueKeysWithValues: usedModels.compactMap { pair($0.model.name, gathered.models[$0.code]) }
            ),
            datasets: Dictionary(uniqueKeysWithValues: usedDatasets.compactMap { pair($0.name, $0.source) }),
            grid: Grid(modelNames: models.map(\.name), datasetNames: datasets.map(\.name), sections: sections)
        )
    }
}
