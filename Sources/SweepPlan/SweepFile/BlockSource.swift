// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A block of a sweep file as it was read, before its sections are made.
struct BlockSource {
    /// Positions in the reader's lists of models and data sets.
    var models: AxisValues
    var datasets: AxisValues
    var seeds: AxisValues
    var transforms: [TransformSource]
    var zips: [ZipSource] = []
    var excludes: [[ClauseSource]] = []
    var whens: [WhenSource] = []
    /// Blocks of a higher priority are computed first.
    var priority = 0
    /// Whether some transforms could not be read; zips and conditions may mean those.
    var isPartial = false
}

/// An entry of `transforms`.
struct TransformSource {
    let kind: TransformKind
    let position: Diagnostic.Position
    /// The values of each parameter, in the order of `kind.parameters`.
    var values: [AxisValues]
    var zips: [ZipSource] = []
    var whens: [WhenSource] = []
}

/// Axes that advance together.
struct ZipSource {
    let names: [AxisName]
    let position: Diagnostic.Position

    /// As error messages name it.
    var description: String { "[\(names.map(\.text).joined(separator: ", "))]" }
}

/// One `axis: values` of a condition.
struct ClauseSource {
    let axis: AxisName
    let values: AxisValues
}

/// A condition that combinations must meet to stay: where `premise` holds, `conclusion` must.
struct WhenSource {
    let premise: [ClauseSource]
    let conclusion: [ClauseSource]
}

extension AxisName {
    /// As sweep files write it.
    var text: String {
        switch self {
        case .model: "model"
        case .dataset: "dataset"
        case .transform: "transform"
        case .seed: "seed"
        case .parameter(let key): key
        }
    }
}
