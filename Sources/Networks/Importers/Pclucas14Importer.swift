// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The layout of pclucas14/pixel-cnn-pp: PyTorch's `weight_v`, `weight_g`, `bias`, lengths of transposed convolutions
/// by input.
struct Pclucas14Importer {
    private let file: SafetensorsFile
    private var tensors: ImportedTensors

    init(file: SafetensorsFile) {
        self.file = file
        tensors = ImportedTensors(file, layout: "pclucas14")
    }

    func checkpoint(_ options: Importer.Options) throws(CheckpointError) -> Checkpoint {
        var importer = self
        let configuration = try importer.configuration(options)
        for kind in PixelCNNKind.allCases { try importer.takeStream(kind, configuration) }
        try importer.takeProduct("nin_out", as: PixelCNNLayout.last)
        return try importer.tensors.checkpoint(.pixelcnn(configuration), options)
    }

    private func configuration(_ options: Importer.Options) throws(CheckpointError) -> PixelCNNConfiguration {
        let first = "u_init.conv.weight_v"
        let shape = try tensors.extents(first, rank: 4)
        guard shape[1] == 2 else {
            throw file.error(first, "\(shape[1]) inputs; 2, a grey pixel and a one, can be imported")
        }
        let logits = try tensors.extents("nin_out.lin_a.weight_v", rank: 2)[0]
        guard logits % 3 == 0 else {
            throw file.error("nin_out.lin_a.weight_v", "\(logits) outputs; 3 for each distribution are expected")
        }
        let blocks = (0..<65).prefix { file.entries["up_layers.0.u_stream.\($0).conv_input.conv.weight_v"] != nil }
        let configuration = PixelCNNConfiguration(
            height: options.height,
            width: options.width,
            filters: shape[0],
            blocks: blocks.count,
            mixtures: logits / 3,
            upsamplingNorm: .input
        )
        if let problem = configuration.problem { throw CheckpointError(file: file.name, problem) }
        return configuration
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
        if let weight = tensors["\(target).v"] {
            tensors["\(target).v"] = weight.reshaped(weight.shape + [1, 1])
        }
    }

    private mutating func take(_ source: String, as target: String) throws(CheckpointError) {
        try tensors.take("\(source).weight_v", as: "\(target).v")
        try tensors.takeFlat("\(source).weight_g", as: "\(target).g")
        try tensors.take("\(source).bias", as: "\(target).bias")
    }
}
