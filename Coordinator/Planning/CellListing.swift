// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import SweepPlan
import Vocabulary

/// Every cell of a planned sweep, a line each, made one by one.
struct CellListing {
    let plan: PlannedSweep

    /// Writes the lines to standard output.
    ///
    /// - Throws: `FileError`.
    func write(asJSON isJSON: Bool) throws {
        var buffer = LineBuffer()
        for cell in plan.grid.cells { try buffer.write(line(cell.spec, isJSON) + "\n") }
        try buffer.flush()
    }

    private func line(_ spec: CellSpec, _ isJSON: Bool) -> String {
        let (id, dataset) = (plan.identity(of: spec).id, plan.dataset(spec.dataset))
        guard isJSON else {
            let images = "\(plan.model(spec.model).label) on \(spec.dataset)/\(dataset.spec.split)"
            return "\(id)  \(images)  seed \(spec.seed)  \(spec.transform)"
        }
        // Names and canonical texts hold nothing that JSON escapes, and an encoder takes ten times as long for a million.
        return """
            {"cell":"\(id)","dataset":"\(spec.dataset)","images":\(dataset.indices.count),"model":"\(spec.model)",\
            "parameters":"\(spec.transform.parameters)","seed":\(spec.seed),"split":"\(dataset.spec.split)",\
            "transform":"\(spec.transform.name)"}
            """
    }
}
