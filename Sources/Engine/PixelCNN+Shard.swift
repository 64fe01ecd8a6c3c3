// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

extension PixelCNN {
    /// The columns of `images`, some of `inputs`: their likelihoods.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec
    ) throws(EngineError) -> [ResultTable.Column] {
        let values = inputs.values(of: images)
        do {
            let scores = try score(values.numbers)
            return (spec.model.estimate.kind == .interval ? scores.intervalColumns : scores.columns)
                + ResultTable.Column.clamped(values.clamped, spec.transform)
        } catch {
            throw .unfit("\(error)")
        }
    }
}
