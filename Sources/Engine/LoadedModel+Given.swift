// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

extension LoadedModel {
    /// `images`, which are some of `inputs`, as they are scored, on the network's own scale.
    func given(
        _ images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [[Float]] {
        let numbers =
            if case .glow(let glow) = self, !inputs.latents.steps.isEmpty {
                try glow.decoded(images, inputs, spec, &cache).numbers
            } else {
                inputs.values(of: images).numbers
            }
        let size = numbers.count / max(images.count, 1)
        return images.indices.map { Array(numbers[$0 * size..<($0 + 1) * size]) }
    }
}
