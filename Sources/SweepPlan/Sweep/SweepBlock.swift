// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A block of a sweep file as it was read, before its sections are made.
struct SweepBlock {
    /// Codes of `Declarations`.
    let models: ValueList
    let datasets: ValueList
    let seeds: ValueList
    /// At least one.
    let transforms: [TransformEntry]
    let zips: [AxisZip]
    let excludes: [[AxisClause]]
    let whens: [WhenRule]
    /// Blocks of a higher priority are computed first.
    let priority: Int
    /// Whether some transforms could not be read; zips and conditions may mean those.
    let isPartial: Bool

    /// The values of each coordinate of the section that the block makes with one of its transforms.
    func columns(_ transform: TransformEntry) -> [ValueList] {
        [models, datasets] + transform.values + [transform.seeds ?? seeds]
    }

    /// The block's data sets with the places where it names them.
    var namedDatasets: [(code: UInt64, position: Diagnostic.Position)] {
        datasets.codes.indices.map { (datasets.codes[$0], datasets.position($0)) }
    }
}

/// An entry of `transforms`.
struct TransformEntry {
    let kind: TransformKind
    let position: Diagnostic.Position
    /// The values of each parameter, in the order of `kind.parameters`.
    let values: [ValueList]
    let zips: [AxisZip]
    let whens: [WhenRule]
    /// Its own seeds; nil where it has those of its block.
    var seeds: ValueList?

    /// The coordinate of an axis; nil where the entry has none of that name: `levels` is none where `level` is given.
    func coordinate(of axis: AxisName) -> Int? {
        guard let coordinate = axis.coordinate(in: kind), case .parameter(let name) = axis,
            let (position, spelling) = kind.parameter(name)
        else { return axis.coordinate(in: kind) }
        let parameter = kind.parameters[position]
        return parameter.spelling(values[position].codes[0]).key == parameter.keys[spelling] ? coordinate : nil
    }
}

/// Axes that advance together.
struct AxisZip {
    let names: [AxisName]
    let position: Diagnostic.Position

    /// As messages name it.
    var description: String { "[\(names.map(\.text).joined(separator: ", "))]" }

    /// The coordinates of the axes, or nil where the transform has not all of them.
    func coordinates(in transform: TransformEntry) -> [Int]? {
        let coordinates = names.compactMap { transform.coordinate(of: $0) }
        return coordinates.count == names.count ? coordinates : nil
    }
}

/// One `axis: values` of a condition.
struct AxisClause {
    let axis: AxisName
    let values: ValueList
}

/// A condition that combinations must meet to stay: where `premise` holds, `conclusion` must.
struct WhenRule {
    let premise: [AxisClause]
    let conclusion: [AxisClause]
}
