// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

/// A cell of a planned sweep, with what it is called and with its id.
struct PlannedCell: NamedCell {
    let id: CellID
    let spec: CellSpec
    /// The sweep that it is a cell of.
    let plan: PlannedSweep

    var transformSpec: TransformSpec? { spec.transform }

    func text(_ key: CellFilter.Key) -> String? {
        switch key {
        case .cell: id.description
        case .model: spec.model
        case .dataset: spec.dataset
        case .split: plan.dataset(spec.dataset).spec.split
        case .conditioning: plan.model(spec.model).spec.conditioning.rawValue
        case .likelihood: plan.model(spec.model).spec.estimate.kind.rawValue
        case .draws: String(plan.model(spec.model).spec.estimate.draws)
        case .dequantisation: plan.model(spec.model).spec.estimate.dequantisation.rawValue
        case .transform: spec.transform.name
        case .seed: String(spec.seed)
        case .parameter(let name): spec.transform.parameter(name)
        }
    }
}
