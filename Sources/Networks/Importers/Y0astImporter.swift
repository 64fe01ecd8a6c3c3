// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The layout of y0ast/Glow-PyTorch: one list `flow.layers.J` of squeezes, steps and splits, shift and scale
/// interleaved.
struct Y0astImporter {
    private let file: SafetensorsFile
    private var tensors: ImportedTensors

    /// Tensors that the model's function does not depend on.
    private static let idle: Set = [
        "learn_top_fn.conv.weight",  // acts on zeros
        "prior_h",  // those zeros
        "project_class.linear.weight", "project_class.linear.bias", "project_class.logs",  // classifies only
    ]

    init(file: SafetensorsFile) {
        self.file = file
        tensors = ImportedTensors(file, layout: "y0ast")
    }

    func checkpoint(_ options: Importer.Options) throws(CheckpointError) -> Checkpoint {
        var importer = self
        let configuration = try importer.configuration(options)
        for level in 1...configuration.levels {
            let first = (level - 1) * (configuration.steps + 2) + 1
            for step in 1...configuration.steps {
                let target = GlowLayout.step(level: level, step: step)
                try importer.takeStep(layer: first + step - 1, as: target, coupling: configuration.coupling)
            }
            if level < configuration.levels {
                let source = "flow.layers.\(first + configuration.steps).conv"
                try importer.takeZeroConvolution(source, as: GlowLayout.splitPrior(level: level), interleaved: true)
            }
        }
        try importer.takeTop(configuration)
        return try importer.tensors.checkpoint(.glow(configuration), options, idle: Self.idle)
    }

    /// A split is known by its convolution, so the splits tell levels and steps.
    private func configuration(_ options: Importer.Options) throws(CheckpointError) -> GlowConfiguration {
        let layers = Set(file.entries.keys.compactMap(Self.layer))
        let splits = layers.filter { file.entries["flow.layers.\($0).conv.conv.weight"] != nil }.sorted()
        let steps = splits.first.map { $0 - 1 } ?? layers.max() ?? 0
        let flowChannels = try tensors.extents("flow.layers.1.actnorm.bias", rank: 4)[1]
        let last = try tensors.extents("flow.layers.1.block.4.conv.weight", rank: 4)[0]
        guard flowChannels > 0, flowChannels % 4 == 0, last == flowChannels || last == flowChannels / 2 else {
            let expected = "\(flowChannels) (affine) or \(flowChannels / 2) (additive)"
            throw file.error("flow.layers.1.block.4.conv.weight", "\(last) outputs; a coupling needs \(expected)")
        }
        let conditional = file.entries["project_ycond.linear.weight"] != nil
        let configuration = GlowConfiguration(
            height: options.height,
            width: options.width,
            channels: flowChannels / 4,
            levels: splits.count + 1,
            steps: steps,
            hiddenChannels: try tensors.extents("flow.layers.1.block.0.conv.weight", rank: 4)[0],
            coupling: last == flowChannels ? .affine : .additive,
            classes: conditional ? try tensors.extents("project_ycond.linear.weight", rank: 2)[1] : 0,
            learnedTop: file.entries["learn_top_fn.conv.bias"] != nil
        )
        if let problem = configuration.problem { throw CheckpointError(file: file.name, problem) }
        return configuration
    }

    private static func layer(_ name: String) -> Int? {
        let parts = name.split(separator: ".", maxSplits: 3)
        guard parts.count == 4, parts[0] == "flow", parts[1] == "layers", let layer = Int(parts[2]) else { return nil }
        // The names are the file's: arithmetic on any other number could overflow.
        return (0...65_536).contains(layer) ? layer : nil
    }
}

extension Y0astImporter {
    private mutating func takeStep(
        layer: Int,
        as target: String,
        coupling: Coupling.Kind
    ) throws(CheckpointError) {
        let source = "flow.layers.\(layer)"
        try takeActNorm("\(source).actnorm", as: "\(target).actnorm")
        guard file.entries["\(source).invconv.weight"] == nil else {
            let problem = "a plain 1×1 convolution; only LU-decomposed ones can be imported"
            throw file.error("\(source).invconv.weight", problem)
        }
        try takePermutation("\(source).invconv.p", as: "\(target).invertible.permutation")
        try tensors.take("\(source).invconv.lower", as: "\(target).invertible.lower")
        try tensors.take("\(source).invconv.upper", as: "\(target).invertible.upper")
        try tensors.take("\(source).invconv.log_s", as: "\(target).invertible.log-s")
        try tensors.take("\(source).invconv.sign_s", as: "\(target).invertible.sign-s")
        for (position, place) in [(0, "first"), (2, "second")] {
            try tensors.take("\(source).block.\(position).conv.weight", as: "\(target).coupling.\(place).weight")
            try takeActNorm("\(source).block.\(position).actnorm", as: "\(target).coupling.\(place).actnorm")
        }
        try takeZeroConvolution(
            "\(source).block.4",
            as: "\(target).coupling.last",
            interleaved: coupling == .affine
        )
    }

    private mutating func takeTop(_ configuration: GlowConfiguration) throws(CheckpointError) {
        if configuration.learnedTop {
            try tensors.takeFlat("learn_top_fn.conv.bias", as: "\(GlowLayout.topPrior).bias")
            try tensors.takeFlat("learn_top_fn.logs", as: "\(GlowLayout.topPrior).logs")
        }
        if configuration.classes > 0 {
            try tensors.take("project_ycond.linear.weight", as: "\(GlowLayout.topPrior).class.weight")
            try tensors.take("project_ycond.linear.bias", as: "\(GlowLayout.topPrior).class.bias")
            try tensors.take("project_ycond.logs", as: "\(GlowLayout.topPrior).class.logs")
        }
    }

    private mutating func takeActNorm(_ source: String, as target: String) throws(CheckpointError) {
        try tensors.takeFlat("\(source).bias", as: "\(target).bias")
        try tensors.takeFlat("\(source).logs", as: "\(target).logs")
    }

    /// Interleaved outputs (even, odd) become two contiguous halves.
    private mutating func takeZeroConvolution(
        _ source: String,
        as target: String,
        interleaved: Bool
    ) throws(CheckpointError) {
        try tensors.take("\(source).conv.weight", as: "\(target).weight")
        try tensors.takeFlat("\(source).conv.bias", as: "\(target).bias")
        try tensors.takeFlat("\(source).logs", as: "\(target).logs")
        guard interleaved else { return }
        for name in ["weight", "bias", "logs"].map({ "\(target).\($0)" }) {
            guard let tensor = tensors[name], let outputs = tensor.shape.first, outputs % 2 == 0 else {
                throw file.error(source, "an odd number of outputs; pairs are expected")
            }
            let even = stride(from: 0, to: outputs, by: 2)
            tensors[name] = tensor.selecting(even + even.map { $0 + 1 })
        }
    }

    /// A permutation matrix becomes the column of each row's one.
    private mutating func takePermutation(_ source: String, as target: String) throws(CheckpointError) {
        let matrix = try tensors.take(source, as: target)
        guard matrix.shape.count == 2, matrix.shape[0] == matrix.shape[1], matrix.shape[0] > 0 else {
            throw file.error(source, "shape \(matrix.shape); a square matrix is expected")
        }
        let size = matrix.shape[0]
        let rows = (0..<size).map { matrix.values[$0 * size..<($0 + 1) * size] }
        let columns = rows.compactMap { row in row.firstIndex(of: 1).map { $0 - row.startIndex } }
        let ones = matrix.values.filter { $0 == 1 }.count
        let zeros = matrix.values.filter { $0 == 0 }.count
        guard Set(columns).count == size, ones == size, zeros == size * size - size else {
            throw file.error(source, "not a permutation matrix")
        }
        tensors[target] = Tensor(shape: [size], values: columns.map(Float.init))
    }
}
