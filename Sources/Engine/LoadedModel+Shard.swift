// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

extension LoadedModel {
    /// The columns of `images`, which are some of `inputs`; `bpd` first.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [ResultTable.Column] {
        switch self {
        case .glow(let glow): try glow.columns(of: images, inputs, spec, &cache)
        case .pixelcnn(let pixelcnn): try pixelcnn.columns(of: images, inputs, spec)
        case .resnet(let resnet): try resnet.columns(of: images, inputs, spec)
        }
    }

    /// `images`, which are some of `inputs`, as they are scored, on the scale of pixels.
    func seen(
        _ images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [[Float]] {
        guard case .glow(let glow) = self, !inputs.latents.steps.isEmpty else {
            return inputs.pixels(of: images)
        }
        let numbers = try glow.decoded(images, inputs, spec, &cache).numbers
        let size = glow.configuration.dimensions
        return stride(from: 0, to: numbers.count, by: size).map { start in
            numbers[start..<start + size].map { $0 + 0.5 }
        }
    }
}
