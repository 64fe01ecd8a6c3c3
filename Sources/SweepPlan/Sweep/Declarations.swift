// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A model that a sweep file declares under a name.
struct NamedModel {
    let name: String
    /// Nil for a model whose own entry is wrong; it is known by name, so that blocks are not blamed for naming it.
    let reference: ModelReference?
    let position: Diagnostic.Position
    /// Where the settings of the likelihood stand, by their keys.
    let settingPositions: [String: Diagnostic.Position]

    /// Where a setting stands; the model's own place where the file does not give it.
    func position(of setting: String) -> Diagnostic.Position { settingPositions[setting] ?? position }
}

/// A data set that a sweep file may name.
struct NamedDataset {
    let name: String
    /// Nil for a data set whose own entry is wrong.
    let source: DatasetSource?
    /// The split that its entry names; nil for that of the sweep's images.
    var split: String?

    /// Those that need no declaration.
    static let builtin = DatasetSource.builtinNames.map { NamedDataset(name: $0, source: .builtin($0)) }
}

/// What a sweep file's blocks may name; the place of a model or data set here is its code on the grid.
struct Declarations {
    let models: [NamedModel]
    let datasets: [NamedDataset]
    /// The split of data sets that name none.
    let split: String

    func model(_ code: UInt64) -> NamedModel { models[Int(code)] }

    func dataset(_ code: UInt64) -> NamedDataset { datasets[Int(code)] }

    /// The values that an axis may take.
    func domain(of axis: AxisName) -> ParameterDomain {
        switch axis {
        case .model: .choice(models.map(\.name))
        case .dataset: .choice(datasets.map(\.name))
        case .transform: .choice(TransformKind.names)
        case .seed: .integer(AxisName.seeds)
        case .parameter(let key): AxisName.parameter(key)?.domain ?? .choice([])
        }
    }

    /// A value of an axis as sweep files write it.
    func text(_ code: UInt64, of axis: AxisName) -> String { domain(of: axis).text(code & ~axis.spelling) }
}
