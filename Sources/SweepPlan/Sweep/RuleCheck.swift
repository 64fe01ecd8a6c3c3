// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reports rules of a block that concern none of its combinations: such a rule does nothing, or removes all.
struct RuleCheck {
    let document: DocumentReader
    let declarations: Declarations

    func check(_ block: SweepBlock) {
        let before = document.problemCount
        for transform in block.transforms { checkNames(of: transform, in: block) }
        guard document.problemCount == before else { return }
        for zip in block.zips where !block.transforms.contains(where: { zip.coordinates(in: $0) != nil }) {
            document.report("no transform of this block has all axes of zip \(zip.description)", at: zip.position)
        }
        check(block.excludes.flatMap(\.self) + block.whens.flatMap(\.clauses), in: block, with: block.transforms)
        for transform in block.transforms {
            check(transform.whens.flatMap(\.clauses), in: block, with: [transform])
        }
    }

    /// Reports names that several members of a chain have.
    private func checkNames(of transform: TransformEntry, in block: SweepBlock) {
        let clauses = block.excludes.flatMap(\.self) + (block.whens + transform.whens).flatMap(\.clauses)
        let named =
            clauses.map { ($0.axis, $0.values.position(0)) }
            + (block.zips + transform.zips).flatMap { zip in zip.names.map { ($0, zip.position) } }
        for (axis, position) in named {
            guard case .parameter(let key) = axis, transform.kind.isAmbiguous(key) else { continue }
            let owners = transform.kind.parameters.indices.filter { transform.kind.parameters[$0].keys.contains(key) }
            let names = owners.flatMap(transform.kind.names(ofParameter:)).filter { $0.hasSuffix(".\(key)") }
            let choice = names.joined(separator: " or ")
            document.report("several members of the chain have '\(key)': say \(choice)", at: position)
        }
    }

    /// Reports values that no combination of the block with `transforms` has.
    private func check(_ clauses: [AxisClause], in block: SweepBlock, with transforms: [TransformEntry]) {
        var codes: [AxisName: Set<UInt64>] = [:]
        for clause in clauses {
            let present = codes[clause.axis] ?? Set(transforms.flatMap { block.codes(of: clause.axis, in: $0) })
            codes[clause.axis] = present
            let values = clause.values
            let missing = values.codes.indices.filter { !present.contains(values.codes[$0]) }
            let isMissed = values.isListed ? !missing.isEmpty : missing.count == values.count
            guard isMissed, let first = missing.first else { continue }
            let value = declarations.text(values.codes[first], of: clause.axis)
            document.report("no combination here has \(clause.axis.text) \(value)", at: values.position(first))
        }
    }
}

extension SweepBlock {
    /// The codes that an axis takes in a section.
    fileprivate func codes(of axis: AxisName, in transform: TransformEntry) -> [UInt64] {
        if axis == .transform { return [transform.kind.code] }
        return axis.coordinate(in: transform.kind).map { columns(transform)[$0].codes } ?? []
    }
}

extension WhenRule {
    fileprivate var clauses: [AxisClause] { premise + conclusion }
}
