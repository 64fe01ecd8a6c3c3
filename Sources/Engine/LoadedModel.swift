// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import Vocabulary

/// A model in memory, and how a shard's images become columns with it.
struct LoadedModel: Sendable {
    private enum Network: Sendable {
        case glow(Glow)
        case pixelcnn(PixelCNN)
        case resnet(ResNet)
    }

    let facts: ModelFacts
    private let network: Network

    init(_ checkpoint: Checkpoint, kernels: KernelSet, pool: WorkPool) throws(CheckpointError) {
        facts = checkpoint.facts
        network =
            switch checkpoint.metadata.architecture {
            case .glow: .glow(try Glow(checkpoint, kernels: kernels, pool: pool))
            case .pixelcnn: .pixelcnn(try PixelCNN(checkpoint, kernels: kernels, pool: pool))
            case .resnet: .resnet(try ResNet(checkpoint, kernels: kernels, pool: pool))
            }
    }

    /// The columns of `images`, which are some of `inputs`; `bpd` first.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [ResultTable.Column] {
        switch network {
        case .glow(let glow): try glow.columns(of: images, inputs, spec, &cache)
        case .pixelcnn(let pixelcnn): try pixelcnn.columns(of: images, inputs, spec)
        case .resnet(let resnet): try resnet.columns(of: images, inputs, spec)
        }
    }
}

extension ResultTable.Column {
    /// How many values of each image were clamped; no column for transformations that never clamp.
    static func clamped(_ counts: [Int], _ transform: TransformSpec) -> [ResultTable.Column] {
        let mayClamp =
            switch transform {
            case .identity, .translate: false
            case .noise(let noise): noise.clamp || noise.requantise
            case .zeroLatents(let zeroing): zeroing.clamp || zeroing.requantise
            }
        return mayClamp ? [ResultTable.Column(name: "clamped", values: counts.map { Float($0) })] : []
    }
}
