// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A ``TopPrior`` in training.
///
/// Its effective weights are mean and log-scale of every channel, a row of them for each class.
public struct TrainableTopPrior: Sendable {
    private let channels: Int
    private let classes: Int
    private let offset: Int
    private let top: Projection?
    private let conditional: Projection?
    private let weight: Range<Int>

    /// A bias and the logarithms of a third of its scale.
    private struct Projection: Sendable {
        let bias: Range<Int>
        let logs: Range<Int>

        init(_ layout: ParameterLayout, scope: String) {
            bias = layout.range("\(scope).bias")
            logs = layout.range("\(scope).logs")
        }

        func scale(_ parameters: AlignedBuffer, _ output: Int) -> Double {
            PortableMath.exp(3 * Double(parameters[logs.lowerBound + output]))
        }

        func bias(_ parameters: AlignedBuffer, _ output: Int) -> Double { Double(parameters[bias.lowerBound + output]) }
    }

    /// The prior whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    public init(
        _ layout: ParameterLayout,
        scope: String,
        channels: Int,
        classes: Int,
        learned: Bool,
        at offset: inout Int
    ) {
        self.channels = channels
        self.classes = classes
        self.offset = offset
        top = learned ? Projection(layout, scope: scope) : nil
        conditional = classes > 0 ? Projection(layout, scope: "\(scope).class") : nil
        weight = classes > 0 ? layout.range("\(scope).class.weight") : 0..<0
        offset += max(classes, 1) * 2 * channels
    }

    /// The memory a call for `rows` pixels needs.
    public func demand(rows: Int) -> FlowMemory.Demand {
        FlowMemory.Demand(scratch: 0, output: rows * 2 * channels)
    }

    /// Memory for `rows` pixels.
    public func makeTape(rows: Int) -> PriorTape { PriorTape(rows: rows, channels: channels) }

    /// Computes every class's row.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        for output in 0..<2 * channels {
            let base = top.map { $0.bias(parameters, output) * $0.scale(parameters, output) } ?? 0
            let scale = conditional?.scale(parameters, output) ?? 0
            for label in 0..<max(classes, 1) {
                let shift = conditional.map { weight(parameters, output, label) + $0.bias(parameters, output) } ?? 0
                effective[offset + label * 2 * channels + output] = Float(base + shift * scale)
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
        _ effective: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let tape = tape.rows(0..<z.rows)
        let pixels = z.rows / max(labels.count, 1)
        for (image, label) in labels.enumerated() {
            let row = effective.pointer + offset + label * 2 * channels
            for pixel in image * pixels..<(image + 1) * pixels {
                let target = tape.prior.buffer.pointer + tape.prior.offset + pixel * tape.prior.stride
                for output in 0..<2 * channels { target[output] = row[output] }
            }
        }
        GaussianPrior.forward(tape.latents, &terms, z, tape.prior, memory.workspace.kernels)
    }

    /// Overwrites dz, and the effective weights' gradient in `gradient`.
    ///
    /// The loss rises by `weight` with the terms of an image.
    public func backward(
        _ dz: RowView,
        _ tape: PriorTape,
        labels: ArraySlice<Int>,
        weight: Float,
        _ gradient: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let priorGradient = memory.output(rows: dz.rows, channels: 2 * channels)
        let kernels = memory.workspace.kernels
        GaussianPrior.backward(dz, priorGradient, tape.rows(0..<dz.rows), weight: weight, kernels)
        let pixels = dz.rows / max(labels.count, 1)
        (gradient.pointer + offset).update(repeating: 0, count: max(classes, 1) * 2 * channels)
        for (image, label) in labels.enumerated() {
            let rows = priorGradient.rows(image * pixels..<(image + 1) * pixels)
            kernels.columnSums(rows, into: gradient, at: offset + label * 2 * channels, accumulating: true)
        }
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        for output in 0..<2 * channels {
            let rows = (0..<max(classes, 1)).map { Double(effectiveGradient[offset + $0 * 2 * channels + output]) }
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
                gradient[weight.lowerBound + output * classes + label] = Float(row * scale)
                logs += row * weight(parameters, output, label)
            }
            gradient[conditional.bias.lowerBound + output] = Float(sum * scale)
            gradient[conditional.logs.lowerBound + output] = Float(3 * logs * scale)
        }
    }

    /// Whether the classes' rows, and the latents that they made of the first `rows` pixels, are finite.
    public func isFinite(_ effective: AlignedBuffer, _ tape: PriorTape, rows: Range<Int>) -> Bool {
        effective.isFinite(in: offset..<offset + max(classes, 1) * 2 * channels) && tape.rows(rows).isFinite
    }

    private func weight(_ parameters: AlignedBuffer, _ output: Int, _ label: Int) -> Double {
        Double(parameters[weight.lowerBound + output * classes + label])
    }
}
