// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Makes the grid's sections of blocks, one for each entry of their transforms, within the bounds of what a file may
/// hold.
struct SectionBuilder {
    /// Sections of all blocks; each costs time against every other of its kind.
    private static let sectionLimit = 1000
    /// Values on all axes of all sections; what the grid's memory is proportional to.
    private static let valueLimit = 4_000_000
    /// Exclude rules and conditions of one block.
    private static let ruleLimit = 1000

    private let document: DocumentReader
    private let rules: RuleCheck
    private let combinations: CombinationCheck
    private let declarations: Declarations
    private let selection: CellSelection
    private var valueCount = 0
    /// The sections so far.
    private(set) var sections: [GridSection] = []
    /// The sections as they are before cells are selected.
    private(set) var unnarrowed: [GridSection] = []
    let facts: GatheredFacts

    init(_ document: DocumentReader, declarations: Declarations, selection: CellSelection, facts: GatheredFacts) {
        self.document = document
        (self.declarations, self.selection, self.facts) = (declarations, selection, facts)
        rules = RuleCheck(document: document, declarations: declarations)
        combinations = CombinationCheck(document: document, declarations: declarations, facts: facts)
    }

    /// Adds the sections of all blocks, or of those before the first that goes beyond a bound.
    mutating func add(_ blocks: [SweepBlock]) {
        // Stable: blocks of one priority stay in the file's order.
        let ordered = blocks.enumerated().sorted {
            ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
        }
        for (_, block) in ordered where !add(block) { return }
        // A filter is not to blame for what a block that cannot be read does not have.
        if document.isFaultless { selection.check(unnarrowed, declarations, in: document) }
    }

    /// False when the block goes beyond a bound.
    private mutating func add(_ block: SweepBlock) -> Bool {
        let position = block.transforms[0].position
        guard block.excludes.count + block.whens.count <= Self.ruleLimit else {
            document.report("more than \(Self.ruleLimit) rules in a block", at: position)
            return false
        }
        valueCount += block.transforms.reduce(0) { $0 + block.columns($1).reduce(0) { $0 + $1.count } }
        guard sections.count + block.transforms.count <= Self.sectionLimit, valueCount <= Self.valueLimit else {
            let limits = "\(Self.sectionLimit) transforms or \(Self.valueLimit) values on axes"
            document.report("from here the sweep has more than \(limits)", at: position)
            return false
        }
        let before = document.problemCount
        if !block.isPartial { rules.check(block) }
        let made = block.transforms.compactMap { section(of: $0, in: block) }
        // A transform without a section has been reported; what the others can do is told when that is mended.
        guard document.problemCount == before else { return true }
        unnarrowed += made
        for (section, transform) in zip(made, block.transforms) {
            guard let section = selection.narrowed(section, declarations) else { continue }
            combinations.check(section, of: transform, in: block)
            sections.append(section)
        }
        return true
    }

    private func section(of transform: TransformEntry, in block: SweepBlock) -> GridSection? {
        guard let axes = SectionAxes(document: document, transform: transform, block: block).axes() else { return nil }
        let excludes = block.excludes.compactMap { rule in
            transform.kind.conditions(rule).map { GridExclusion(conditions: $0) }
        }
        let whens = (block.whens + transform.whens).flatMap { $0.exclusions(in: transform.kind) }
        return GridSection(kind: transform.kind, axes: axes, exclusions: excludes + whens)
    }
}

extension WhenRule {
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
    var code: UInt64 { UInt64(Self.allCases.prefix { $0 != self }.count) }

    /// The clauses as conditions on coordinates; nil where one can never hold for this kind.
    ///
    /// A clause on an axis that the kind does not have never holds.
    fileprivate func conditions(_ clauses: [AxisClause]) -> [GridExclusion.Condition]? {
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
