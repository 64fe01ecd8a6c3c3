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
}
