// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// Sections of all blocks; each costs time against every other of its kind.
    static let sectionLimit = 1000
    /// Values on all axes of all sections; what the grid's memory is proportional to.
    static let valueLimit = 4_000_000
    /// Exclude rules and conditions of one block.
    static let ruleLimit = 1000
    /// Combinations of one section: all counts stay exact, even as a JSON number.
    static let combinationLimit = 1 << 53

    /// Makes the sections of a block, one for each entry of its transforms.
    mutating func sections(of block: BlockSource) -> [GridSection] {
        if !block.isPartial { checkRules(of: block) }
        return block.transforms.compactMap { transform in
            guard let axes = axes(of: transform, in: block) else { return nil }
            return GridSection(kind: transform.kind, axes: axes, exclusions: exclusions(of: transform, in: block))
        }
    }

    /// Reports rules of a block that concern none of its transforms.
    private mutating func checkRules(of block: BlockSource) {
        for zip in block.zips where !block.transforms.contains(where: { zip.coordinates(in: $0) != nil }) {
            report("no transform of this block has all axes of zip \(zip.description)", at: zip.position)
        }
        checkPresence(of: block.excludes.flatMap(\.self) + block.whens.flatMap(\.clauses), in: block, block.transforms)
        for transform in block.transforms {
            checkPresence(of: transform.whens.flatMap(\.clauses), in: block, [transform])
        }
    }

    /// Reports values of conditions that no combination of the block has: such a rule does nothing, or removes all.
    private mutating func checkPresence(
        of clauses: [ClauseSource],
        in block: BlockSource,
        _ transforms: [TransformSource]
    ) {
        var codes: [AxisName: Set<UInt64>] = [:]
        for clause in clauses {
            let present = codes[clause.axis] ?? Set(transforms.flatMap { block.codes(of: clause.axis, in: $0) })
            codes[clause.axis] = present
            let missing = clause.values.codes.indices.filter { !present.contains(clause.values.codes[$0]) }
            let isMissed = clause.values.isListed ? !missing.isEmpty : missing.count == clause.values.codes.count
            guard isMissed, let first = missing.first else { continue }
            let value = text(clause.values.codes[first], of: clause.axis)
            report("no combination here has \(clause.axis.text) \(value)", at: clause.values.position(first))
        }
    }

    private func text(_ code: UInt64, of axis: AxisName) -> String {
        switch axis {
        case .model: models[Int(code)].name
        case .dataset: datasets[Int(code)].name
        case .transform: TransformKind.names[Int(code)]
        case .seed: String(code)
        case .parameter(let key):
            AxisName.parameter(key).map { $0.domain.text(code & ~$0.spelling) } ?? ""
        }
    }

    /// The axes of a section, the zipped ones joined at the place of their first coordinate.
    private mutating func axes(of transform: TransformSource, in block: BlockSource) -> [GridAxis]? {
        let columns = block.columns(transform)
        guard let zipped = zippedCoordinates(of: transform, in: block, columns: columns) else { return nil }
        let joined = Set(zipped.flatMap(\.self))
        let single = columns.indices.filter { !joined.contains($0) }.map { [$0] }
        let groups = (zipped.map { $0.sorted() } + single).sorted { $0[0] < $1[0] }
        guard isUsable(groups.map { columns[$0[0]].codes.count }, at: transform.position) else { return nil }
        return groups.map { group in GridAxis(coordinates: group, written: group.map { columns[$0].codes }) }
    }

    /// The coordinates of each zip that concerns a transform; nil when one of them is wrong.
    private mutating func zippedCoordinates(
        of transform: TransformSource,
        in block: BlockSource,
        columns: [AxisValues]
    ) -> [[Int]]? {
        for zip in transform.zips where zip.coordinates(in: transform) == nil {
            report("\(transform.kind.rawValue) here has not all axes of zip \(zip.description)", at: zip.position)
            return nil
        }
        var zipped: [[Int]] = []
        for zip in transform.zips + block.zips {
            guard let coordinates = zip.coordinates(in: transform) else { continue }
            guard isUsable(zip, coordinates: coordinates, columns: columns) else { return nil }
            if let taken = coordinates.firstIndex(where: zipped.flatMap(\.self).contains) {
                report("axis given twice: '\(zip.names[taken].text)' is zipped already", at: zip.position)
                return nil
            }
            zipped.append(coordinates)
        }
        return zipped
    }

    private mutating func isUsable(_ zip: ZipSource, coordinates: [Int], columns: [AxisValues]) -> Bool {
        let counts = coordinates.map { columns[$0].codes.count }
        guard Set(counts).count > 1 else { return true }
        let lengths = Swift.zip(zip.names, counts).map { "\($0.text) has \($1)" }.joined(separator: ", ")
        report("zip \(zip.description) needs equal numbers of values: \(lengths)", at: zip.position)
        return false
    }

    private mutating func isUsable(_ counts: [Int], at position: Diagnostic.Position) -> Bool {
        var product = 1
        for count in counts {
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow, next <= Self.combinationLimit else {
                report("more than 2^53 combinations", at: position)
                return false
            }
            product = next
        }
        return true
    }

    /// The exclusions that a block's rules and a transform's conditions make in the transform's section.
    private func exclusions(of transform: TransformSource, in block: BlockSource) -> [GridExclusion] {
        let excludes = block.excludes.compactMap { rule in
            transform.kind.conditions(rule).map { GridExclusion(conditions: $0) }
        }
        return excludes + (block.whens + transform.whens).flatMap { $0.exclusions(in: transform.kind) }
    }
}

extension BlockSource {
    /// The values of each coordinate of a section.
    func columns(_ transform: TransformSource) -> [AxisValues] { [models, datasets] + transform.values + [seeds] }

    /// The codes that an axis takes in a section.
    fileprivate func codes(of axis: AxisName, in transform: TransformSource) -> [UInt64] {
        if axis == .transform { return [transform.kind.code] }
        return axis.coordinate(in: transform.kind).map { columns(transform)[$0].codes } ?? []
    }
}

extension ZipSource {
    /// The coordinates of the axes, or nil where the transform has not all of them.
    fileprivate func coordinates(in transform: TransformSource) -> [Int]? {
        let coordinates = names.compactMap { transform.coordinate(of: $0) }
        return coordinates.count == names.count ? coordinates : nil
    }
}

extension TransformSource {
    /// The coordinate of an axis; nil where this transform has none of that name: `levels` is none where `level` is given.
    fileprivate func coordinate(of axis: AxisName) -> Int? {
        guard let coordinate = axis.coordinate(in: kind), case .parameter(let key) = axis else {
            return axis.coordinate(in: kind)
        }
        let parameter = coordinate - TransformKind.firstParameterCoordinate
        return kind.parameters[parameter].spelling(values[parameter].codes[0]).key == key ? coordinate : nil
    }
}

extension WhenSource {
    fileprivate var clauses: [ClauseSource] { premise + conclusion }

    /// What is removed: for each clause of the conclusion, where the premise holds and the clause does not.
    fileprivate func exclusions(in kind: TransformKind) -> [GridExclusion] {
        guard let premise = kind.conditions(premise) else { return [] }
        return conclusion.compactMap { clause in
            guard let conditions = kind.conditions([clause]) else { return GridExclusion(conditions: premise) }
            guard let condition = conditions.first else { return nil }
            let opposite = GridExclusion.Condition(
                coordinate: condition.coordinate,
                codes: condition.codes,
                isOneOf: false
            )
            return GridExclusion(conditions: premise + [opposite])
        }
    }
}

extension TransformKind {
    /// The code of the kind as a value of the axis `transform`.
    fileprivate var code: UInt64 { UInt64(Self.allCases.prefix { $0 != self }.count) }

    /// The clauses as conditions on coordinates; nil where one can never hold for this kind.
    ///
    /// A clause on an axis that the kind does not have never holds.
    fileprivate func conditions(_ clauses: [ClauseSource]) -> [GridExclusion.Condition]? {
        var conditions: [GridExclusion.Condition] = []
        for clause in clauses {
            let codes = Set(clause.values.codes)
            if clause.axis == .transform {
                guard codes.contains(code) else { return nil }
            } else if let coordinate = clause.axis.coordinate(in: self) {
                conditions.append(GridExclusion.Condition(coordinate: coordinate, codes: codes, isOneOf: true))
            } else {
                return nil
            }
        }
        return conditions
    }
}
