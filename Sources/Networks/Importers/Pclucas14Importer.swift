// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layout of pclucas14/pixel-cnn-pp: PyTorch's `weight_v`, `weight_g`, `bias`, lengths of transposed convolutions
/// by input.
struct Pclucas14Importer {
    private var tensors: ImportedTensors

    init(_ tensors: ImportedTensors) {
        self.tensors = tensors
    }

    func imported() throws(CheckpointError) -> Importer.Imported {
        var importer = self
        let configuration = try importer.configuration()
        for kind in PixelCNNKind.allCases { try importer.takeStream(kind, configuration) }
        try importer.takeProduct("nin_out", as: PixelCNNLayout.last)
        // Zeros with ones beside them, made anew for each image.
        importer.tensors.ignore("init_padding")
        return try importer.tensors.imported(.pixelcnn(configuration))
    }

    private mutating func configuration() throws(CheckpointError) -> PixelCNNConfiguration {
        let first = direction("u_init.conv")
        let shape = try tensors.extents(first, rank: 4)
        guard shape[1] == 2 else {
            throw tensors.error(first, "\(shape[1]) inputs; 2, a grey pixel and a one, can be imported")
        }
        let logits = try tensors.extents(direction("nin_out.lin_a")).first ?? 0
        guard logits > 0, logits % 3 == 0 else {
            throw tensors.error(direction("nin_out.lin_a"), "\(logits) outputs; 3 for each distribution are expected")
        }
        let blocks = (0..<65).prefix { tensors.has(direction("up_layers.0.u_stream.\($0).conv_input.conv")) }
        let size = tensors.imageSize()
        let configuration = PixelCNNConfiguration(
            height: size.height,
            width: size.width,
            filters: shape[0],
            blocks: blocks.count,
            mixtures: logits / 3,
            upsamplingNorm: .input
        )
        if let problem = configuration.problem { throw tensors.error(problem) }
        return configuration
    }

    /// The weight's direction, or the weight itself where weight normalisation was taken out before saving.
    private func direction(_ layer: String) -> String {
        let (normed, plain) = ("\(layer).weight_v", "\(layer).weight")
        return !tensors.has(normed) && tensors.has(plain) ? plain : normed
    }
}

extension Pclucas14Importer {
    private mutating func takeStream(
        _ kind: PixelCNNKind,
        _ configuration: PixelCNNConfiguration
    ) throws(CheckpointError) {
        for (index, first) in kind.first.enumerated() {
            let source = kind == .u ? "u_init" : "ul_init.\(index)"
            try take("\(source).conv", as: PixelCNNLayout.first(kind, first.name))
        }
        let stream = "\(kind.rawValue)_stream"
        let coarsest = PixelCNNConfiguration.resolutions - 1
        for resolution in 0...coarsest {
            for index in 0..<configuration.blocks {
                let place = PixelCNNPlace(way: .up, resolution: resolution, index: index)
                let source = "up_layers.\(resolution).\(stream).\(index)"
                try takeBlock(source, as: PixelCNNBlock(configuration, kind, place))
            }
            for index in 0..<configuration.downBlocks(resolution) {
                let place = PixelCNNPlace(way: .down, resolution: resolution, index: index)
                let source = "down_layers.\(coarsest - resolution).\(stream).\(index)"
                try takeBlock(source, as: PixelCNNBlock(configuration, kind, place))
            }
        }
        for resolution in 0..<coarsest {
            let down = PixelCNNLayout.downsample(kind, from: resolution)
            try take("downsize_\(stream).\(resolution).conv", as: down)
            let up = PixelCNNLayout.upsample(kind, to: resolution)
            try take("upsize_\(stream).\(coarsest - 1 - resolution).deconv", as: up)
        }
    }

    private mutating func takeBlock(_ source: String, as target: PixelCNNBlock) throws(CheckpointError) {
        try take("\(source).conv_input.conv", as: "\(target.name).input")
        try take("\(source).conv_out.conv", as: "\(target.name).output")
        if !target.skips.isEmpty { try takeProduct("\(source).nin_skip", as: "\(target.name).skip") }
    }

    /// A linear layer's matrix becomes the weight of a 1×1 convolution.
    private mutating func takeProduct(_ source: String, as target: String) throws(CheckpointError) {
        try take("\(source).lin_a", as: target)
        if let weight = tensors["\(target).v"], weight.shape.count == 2 {
            tensors["\(target).v"] = weight.reshaped(weight.shape + [1, 1])
        }
    }

    private mutating func take(_ source: String, as target: String) throws(CheckpointError) {
        let weight = try tensors.take(direction(source), as: "\(target).v")
        if tensors.has("\(source).weight_v") || !tensors.has("\(source).weight") {
            try tensors.takeFlat("\(source).weight_g", as: "\(target).g")
        } else {
            takeLengths(of: weight, as: target)
        }
        // Weights of transposed convolutions have their outputs second.
        let outputs = weight.shape.dropFirst(source.hasSuffix(".deconv") ? 1 : 0).first ?? 0
        try tensors.takeFlat(
            "\(source).bias",
            as: "\(target).bias",
            orZeros: outputs,
            whereNoneEndsIn: [".bias"]
        )
    }

    /// The norms of a weight's slices as their lengths; slices of zeros get a direction of ones.
    private mutating func takeLengths(of weight: Tensor, as target: String) {
        let count = weight.shape.first ?? 0
        let size = count > 0 ? weight.values.count / count : 0
        var directions = weight.values
        var lengths: [Float] = []
        for slice in 0..<count {
            let range = slice * size..<(slice + 1) * size
            let square = weight.values[range].reduce(0.0) { $0 + Double($1) * Double($1) }
            if square == 0 { directions.replaceSubrange(range, with: repeatElement(1, count: size)) }
            lengths.append(Float(square.squareRoot()))
        }
        tensors["\(target).v"] = Tensor(shape: weight.shape, values: directions)
        tensors["\(target).g"] = Tensor(shape: [count], values: lengths)
        tensors.remark("weights without weight normalisation: their norms are taken for the lengths")
    }
}
