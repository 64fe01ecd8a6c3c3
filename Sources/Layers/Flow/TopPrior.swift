// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// What a ``TopPrior`` depends on.
public struct TopPriorShape: Hashable, Sendable {
    /// Channels of the last level's images.
    public var channels: Int
    /// Classes that it is conditioned on; 0 for none.
    public var classes: Int
    /// Whether it has parameters of its own besides those of the classes.
    public var learned: Bool

    /// The shape of a prior.
    public init(channels: Int, classes: Int, learned: Bool) {
        self.channels = channels
        self.classes = classes
        self.learned = learned
    }

    /// The parameters, those of the classes in the scope `class`.
    public var parameters: [ParameterSpec] {
        let top = [ParameterSpec("bias", [rowLength]), ParameterSpec("logs", [rowLength])]
        let conditional = [ParameterSpec("weight", [rowLength, classes])] + top
        return (learned ? top : []) + (classes > 0 ? conditional.map { $0.scoped("class") } : [])
    }

    /// Mean and log-scale of every channel.
    var rowLength: Int { 2 * channels }

    /// Rows, one for each class; a single one without classes.
    var rows: Int { max(classes, 1) }
}

/// The Gaussian of the last level's latents, the same at every pixel; its mean and log-scale depend on the class.
///
/// A learned top adds bias·e^(3·logs), a class y adds (weight[·, y] + bias)·e^(3·logs), as OpenAI's convolution of
/// zeros and its projection of the class do. Without either the prior is standard normal.
public struct TopPrior: Sendable {
    /// Mean, then log-scale, of every channel, for every class; a single row without classes.
    private let rows: [[Float]]

    /// Takes its parameters from `parameters`.
    public init(_ parameters: ParameterSet, _ shape: TopPriorShape) {
        let classes = shape.classes
        var base = [Double](repeating: 0, count: shape.rowLength)
        if shape.learned {
            let scale = ScaledConvolution.scale(parameters["logs"], .zero)
            base = zip(parameters["bias"].values, scale).map { Double($0) * $1 }
        }
        guard classes > 0 else {
            rows = [base.map { Float($0) }]
            return
        }
        let scope = parameters.scope("class")
        let (weight, bias) = (scope["weight"].values, scope["bias"].values)
        let scale = ScaledConvolution.scale(scope["logs"], .zero)
        rows = (0..<classes).map { label in
            base.indices.map { output in
                Float(base[output] + (Double(weight[output * classes + label]) + Double(bias[output])) * scale[output])
            }
        }
    }

    /// latents and z are (images, H, W, C); `classes` has one entry per image, 0 where the model has none.
    public func forward(
        _ latents: RowView,
        _ terms: inout PriorTerms,
        _ z: RowView,
        classes: [Int],
        _ workspace: Workspace
    ) {
        GaussianPrior.forward(latents, &terms, z, prior: prior(z, classes, workspace), workspace.kernels)
    }

    /// Fills z (images, H, W, C) from the standardised latents, both multiplied by their factors.
    public func reverse(
        _ z: RowView,
        _ latents: RowView,
        factors: LatentFactors,
        classes: [Int],
        _ workspace: Workspace
    ) {
        GaussianPrior.reverse(z, latents, factors: factors, prior: prior(z, classes, workspace), workspace.kernels)
    }

    /// Mean and log-scale of every latent of z.
    private func prior(_ z: RowView, _ classes: [Int], _ workspace: Workspace) -> RowView {
        let prior = workspace.output(rows: z.rows, channels: 2 * z.channels)
        let pixels = z.rows / max(classes.count, 1)
        for (image, label) in classes.enumerated() {
            for row in image * pixels..<(image + 1) * pixels { prior.buffer.copy(rows[label], at: row * prior.stride) }
        }
        return prior
    }
}

/// A ``TopPrior`` in training.
///
/// Its effective weights are mean and log-scale of every channel, a row of them for each class.
public struct TrainableTopPrior: Sendable {
    private let shape: TopPriorShape
    private let offset: Int
    private let top: TopProjection?
    private let conditional: TopProjection?
    private let weight: Range<Int>

    /// The prior whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    public init(_ layout: ParameterLayout, scope: String, _ shape: TopPriorShape, at offset: inout Int) {
        self.shape = shape
        self.offset = offset
        top = shape.learned ? TopProjection(layout, scope: scope) : nil
        conditional = shape.classes > 0 ? TopProjection(layout, scope: "\(scope).class") : nil
        weight = shape.classes > 0 ? layout.range("\(scope).class.weight") : 0..<0
        offset += effectiveCount
    }

    private var effectiveCount: Int { shape.rows * shape.rowLength }

    /// Where the row of a class begins in the effective vector.
    private func row(_ label: Int) -> Int { offset + label * shape.rowLength }

    /// The memory a call for `rows` pixels needs.
    public func demand(rows: Int) -> FlowTrainingMemory.Demand {
        FlowTrainingMemory.Demand(scratch: 0, output: rows * shape.rowLength)
    }

    /// Memory for `rows` pixels.
    public func makeTape(rows: Int) -> PriorTape { PriorTape(rows: rows, channels: shape.channels) }

    /// Computes every class's row.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        for output in 0..<shape.rowLength {
            let base = top.map { $0.bias(parameters, output) * $0.scale(parameters, output) } ?? 0
            let scale = conditional?.scale(parameters, output) ?? 0
            for label in 0..<shape.rows {
                let shift = conditional.map { weight(parameters, output, label) + $0.bias(parameters, output) } ?? 0
                effective[row(label) + output] = Float(base + shift * scale)
            }
        }
    }

    /// Sets `terms` to those of z, (images, H, W, C); `labels` has one entry per image, 0 where the model has no
    /// classes.
    public func forward(
        _ tape: PriorTape,
        _ terms: inout PriorTerms,
        _ z: RowView,
        labels: ArraySlice<Int>,
        effective: AlignedBuffer,
        _ memory: FlowTrainingMemory
    ) {
        let tape = tape.rows(0..<z.rows)
        let pixels = z.rows / max(labels.count, 1)
        for (image, label) in labels.enumerated() {
            let source = effective.pointer + row(label)
            for pixel in image * pixels..<(image + 1) * pixels {
                let target = tape.prior.buffer.pointer + tape.prior.offset + pixel * tape.prior.stride
                for output in 0..<shape.rowLength { target[output] = source[output] }
            }
        }
        GaussianPrior.forward(tape.latents, &terms, z, prior: tape.prior, memory.workspace.kernels)
    }

    /// Overwrites dz, and the effective weights' gradient.
    public func backward(_ dz: RowView, _ tape: PriorTape, labels: ArraySlice<Int>, _ pass: FlowBackwardPass) {
        let priorGradient = pass.memory.output(rows: dz.rows, channels: shape.rowLength)
        let (gradient, kernels) = (pass.gradient, pass.memory.workspace.kernels)
        GaussianPrior.backward(dz, priorGradient, tape.rows(0..<dz.rows), weight: pass.weight, kernels)
        let pixels = dz.rows / max(labels.count, 1)
        (gradient.pointer + offset).update(repeating: 0, count: effectiveCount)
        for (image, label) in labels.enumerated() {
            let rows = priorGradient.rows(image * pixels..<(image + 1) * pixels)
            kernels.columnSums(rows, into: gradient, at: row(label), accumulating: true)
        }
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        for output in 0..<shape.rowLength {
            let rows = (0..<shape.rows).map { Double(effectiveGradient[row($0) + output]) }
            let sum = rows.reduce(0, +)
            if let top {
                let scale = top.scale(parameters, output)
                gradient[top.bias.lowerBound + output] = Float(sum * scale)
                gradient[top.logs.lowerBound + output] = Float(3 * sum * top.bias(parameters, output) * scale)
            }
            guard let conditional else { continue }
            let scale = conditional.scale(parameters, output)
            var logs = sum * conditional.bias(parameters, output)
            for (label, row) in rows.enumerated() {
                gradient[weight.lowerBound + output * shape.classes + label] = Float(row * scale)
                logs += row * weight(parameters, output, label)
            }
            gradient[conditional.bias.lowerBound + output] = Float(sum * scale)
            gradient[conditional.logs.lowerBound + output] = Float(3 * logs * scale)
        }
    }

    /// Whether the classes' rows, and the latents that they made of the first `rows` pixels, are finite.
    public func isFinite(_ effective: AlignedBuffer, _ tape: PriorTape, rows: Range<Int>) -> Bool {
        effective.isFinite(in: offset..<offset + effectiveCount) && tape.rows(rows).isFinite
    }

    private func weight(_ parameters: AlignedBuffer, _ output: Int, _ label: Int) -> Double {
        Double(parameters[weight.lowerBound + output * shape.classes + label])
    }
}

/// What is added to every latent's mean and log-scale, a bias times e^(3·logs): where its parameters lie.
private struct TopProjection: Sendable {
    let bias: Range<Int>
    let logs: Range<Int>

    init(_ layout: ParameterLayout, scope: String) {
        bias = layout.range("\(scope).bias")
        logs = layout.range("\(scope).logs")
    }

    func scale(_ parameters: AlignedBuffer, _ output: Int) -> Double {
        PortableMath.exp(ScaledConvolutionShape.Scale.zero.rawValue * Double(parameters[logs.lowerBound + output]))
    }

    func bias(_ parameters: AlignedBuffer, _ output: Int) -> Double { Double(parameters[bias.lowerBound + output]) }
}
