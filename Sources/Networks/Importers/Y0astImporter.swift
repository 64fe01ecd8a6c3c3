// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layout of y0ast/Glow-PyTorch: one list `flow.layers.J` of squeezes, steps and splits, shift and scale
/// interleaved.
struct Y0astImporter {
    private var tensors: ImportedTensors

    /// Tensors that the model's function does not depend on.
    private static let idle: Set = [
        "learn_top_fn.conv.weight",  // acts on zeros
        "prior_h",  // those zeros
        "project_class.linear.weight", "project_class.linear.bias", "project_class.logs",  // classifies only
    ]
    /// The same inside a step: masks that the code makes anew.
    private static let idleEndings = [".invconv.l_mask", ".invconv.eye"]
    /// Ends of the names of flags that say whether an actnorm has seen its first batch.
    private static let flagEndings = [".inited", ".initialized", ".initialised", ".is_inited", ".is_initialized"]

    init(_ tensors: ImportedTensors) {
        self.tensors = tensors
    }

    func imported() throws(CheckpointError) -> Importer.Imported {
        var importer = self
        let configuration = try importer.configuration()
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
        try importer.passOverIdle()
        return try importer.tensors.imported(.glow(configuration))
    }

    /// Notes what is not part of a checkpoint; an actnorm that has not seen its first batch has no parameters yet.
    private mutating func passOverIdle() throws(CheckpointError) {
        for name in Self.idle { tensors.ignore(name) }
        for name in Array(tensors.all) {
            if Self.idleEndings.contains(where: name.hasSuffix) { tensors.ignore(name) }
            guard Self.flagEndings.contains(where: name.hasSuffix) else { continue }
            if try tensors.tensor(name, mayBeWhole: true).values.contains(0) {
                throw tensors.error(name, "0: this actnorm was never initialised; save the weights after a first batch")
            }
            tensors.ignore(name)
        }
    }

    /// A split is known by its convolution, so the splits tell levels and steps.
    private mutating func configuration() throws(CheckpointError) -> GlowConfiguration {
        let layers = Set(tensors.all.compactMap(Self.layer))
        let splits = layers.filter { tensors.has("flow.layers.\($0).conv.conv.weight") }.sorted()
        let steps = splits.first.map { $0 - 1 } ?? layers.max() ?? 0
        let flowChannels = try tensors.extents("flow.layers.1.actnorm.bias").max() ?? 0
        let last = try tensors.extents("flow.layers.1.block.4.conv.weight", rank: 4)[0]
        guard flowChannels > 0, flowChannels % 4 == 0, last == flowChannels || last == flowChannels / 2 else {
            let expected = "\(flowChannels) (affine) or \(flowChannels / 2) (additive)"
            throw tensors.error("flow.layers.1.block.4.conv.weight", "\(last) outputs; a coupling needs \(expected)")
        }
        let levels = splits.count + 1
        let size = tensors.imageSize(shown: imageSize(levels: levels))
        let conditional = tensors.has("project_ycond.linear.weight")
        let configuration = GlowConfiguration(
            height: size.height,
            width: size.width,
            channels: flowChannels / 4,
            levels: levels,
            steps: steps,
            hiddenChannels: try tensors.extents("flow.layers.1.block.0.conv.weight", rank: 4)[0],
            coupling: last == flowChannels ? .affine : .additive,
            classes: conditional ? try tensors.extents("project_ycond.linear.weight", rank: 2)[1] : 0,
            learnedTop: tensors.has("learn_top_fn.conv.bias")
        )
        if let problem = configuration.problem { throw tensors.error(problem) }
        return configuration
    }

    /// The image's size as the zeros that the top prior begins with show it: they are as large as the last latents.
    private func imageSize(levels: Int) -> ImageSize? {
        guard levels <= 8, let shape = try? tensors.extents("prior_h", rank: 4), shape[2...].allSatisfy({ $0 <= 256 })
        else { return nil }
        return ImageSize(height: shape[2] << levels, width: shape[3] << levels)
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
        guard !tensors.has("\(source).invconv.weight") else {
            let problem = "a plain 1×1 convolution; only LU-decomposed ones can be imported"
            throw tensors.error("\(source).invconv.weight", problem)
        }
        try takePermutation("\(source).invconv.p", as: "\(target).invertible.permutation")
        try tensors.take("\(source).invconv.lower", as: "\(target).invertible.lower")
        try tensors.take("\(source).invconv.upper", as: "\(target).invertible.upper")
        try tensors.take("\(source).invconv.log_s", as: "\(target).invertible.log-s")
        try tensors.take("\(source).invconv.sign_s", as: "\(target).invertible.sign-s", mayBeWhole: true)
        for (position, place) in [(0, "first"), (2, "second")] {
            try takeHidden("\(source).block.\(position)", as: "\(target).coupling.\(place)")
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

    /// A hidden convolution with its actnorm, or with a bias of its own in its place.
    private mutating func takeHidden(_ source: String, as target: String) throws(CheckpointError) {
        try tensors.take("\(source).conv.weight", as: "\(target).weight")
        let (bias, actnorm) = ("\(source).conv.bias", "\(source).actnorm")
        guard !tensors.has("\(actnorm).bias"), tensors.has(bias) else {
            return try takeActNorm(actnorm, as: "\(target).actnorm")
        }
        try tensors.takeFlat(bias, as: "\(target).actnorm.bias")
        let logs = tensors["\(target).actnorm.bias"].map { Tensor(shape: $0.shape, values: $0.values.map { _ in 0 }) }
        tensors["\(target).actnorm.logs"] = logs
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
        let outputs = try tensors.take("\(source).conv.weight", as: "\(target).weight").shape.first ?? 0
        try tensors.takeFlat(
            "\(source).conv.bias",
            as: "\(target).bias",
            orZeros: outputs,
            whereNoneEndsIn: [".conv.bias"]
        )
        try tensors.takeFlat(
            "\(source).logs",
            as: "\(target).logs",
            orZeros: outputs,
            whereNoneEndsIn: [".block.4.logs", ".conv.logs"]
        )
        guard interleaved else { return }
        for name in ["weight", "bias", "logs"].map({ "\(target).\($0)" }) {
            guard let tensor = tensors[name], let outputs = tensor.shape.first, outputs % 2 == 0 else {
                throw tensors.error("\(source).conv.weight", "an odd number of outputs; pairs are expected")
            }
            let even = stride(from: 0, to: outputs, by: 2)
            tensors[name] = tensor.selecting(even + even.map { $0 + 1 })
        }
    }

    /// A permutation matrix becomes the column of each row's one.
    private mutating func takePermutation(_ source: String, as target: String) throws(CheckpointError) {
        let matrix = try tensors.take(source, as: target, mayBeWhole: true)
        guard matrix.shape.count == 2, matrix.shape[0] == matrix.shape[1], matrix.shape[0] > 0 else {
            throw tensors.error(source, "shape \(matrix.shape); a square matrix is expected")
        }
        let size = matrix.shape[0]
        let rows = (0..<size).map { matrix.values[$0 * size..<($0 + 1) * size] }
        let columns = rows.compactMap { row in row.firstIndex(of: 1).map { $0 - row.startIndex } }
        let ones = matrix.values.filter { $0 == 1 }.count
        let zeros = matrix.values.filter { $0 == 0 }.count
        guard Set(columns).count == size, ones == size, zeros == size * size - size else {
            throw tensors.error(source, "not a permutation matrix")
        }
        tensors[target] = Tensor(shape: [size], values: columns.map(Float.init))
    }
}
