// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The layout of pclucas14/pixel-cnn-pp: PyTorch's `weight_v`, `weight_g`, `bias`, lengths of transposed convolutions
/// by input.
struct Pclucas14Importer {
    private let file: SafetensorsFile
    private var tensors: [String: Tensor] = [:]
    /// The file's own name of each tensor taken.
    private var sources: [String: String] = [:]

    init(file: SafetensorsFile) {
        self.file = file
    }

    func checkpoint(_ options: Importer.Options) throws(CheckpointError) -> Checkpoint {
        var importer = self
        let configuration = try importer.configuration(options)
        for kind in PixelCNNKind.allCases { try importer.takeStream(kind, configuration) }
        try importer.takeProduct("nin_out", as: PixelCNNLayout.last)
        try importer.refuseUnknown()
        let metadata = CheckpointMetadata(
            architecture: .pixelcnn(configuration),
            preprocessing: options.preprocessing,
            provenance: options.provenance
        )
        do {
            return try Checkpoint(metadata: metadata, tensors: importer.tensors, name: file.name)
        } catch {
            guard case .tensor(let target) = error.place, let source = importer.sources[target] else { throw error }
            throw file.error(source, error.problem)
        }
    }

    private func configuration(_ options: Importer.Options) throws(CheckpointError) -> PixelCNNConfiguration {
        let first = "u_init.conv.weight_v"
        let shape = try extents(first, rank: 4)
        guard shape[1] == 2 else {
            throw file.error(first, "\(shape[1]) inputs; 2, a grey pixel and a one, can be imported")
        }
        let logits = try extents("nin_out.lin_a.weight_v", rank: 2)[0]
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

    private func extents(_ name: String, rank: Int) throws(CheckpointError) -> [Int] {
        guard let entry = file.entries[name] else { throw file.error(name, "missing; is this the pclucas14 layout?") }
        guard entry.shape.count == rank else {
            throw file.error(name, "shape \(entry.shape); \(rank) extents are expected")
        }
        return entry.shape
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
        for (theirs, ours) in [("weight_v", "v"), ("weight_g", "g"), ("bias", "bias")] {
            let (source, target) = ("\(source).\(theirs)", "\(target).\(ours)")
            sources[target] = source
            let tensor = try file.tensor(source)
            tensors[target] = ours == "g" ? tensor.reshaped([tensor.values.count]) : tensor
        }
    }

    /// A tensor that nobody asked for would change what the model computes.
    private func refuseUnknown() throws(CheckpointError) {
        let used = Set(sources.values)
        let unknown = file.entries.keys.filter { !used.contains($0) }.sorted()
        if let first = unknown.first {
            throw file.error(first, "not part of the pclucas14 layout as inferred from the other tensors")
        }
    }
}
