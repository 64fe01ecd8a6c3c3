// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Testing

/// Backward kernels against central differences, in Double, of the formula they belong to.
@Suite("Backward of element-wise kernels")
struct BackwardTests {
    private static let shapes = [(1, 1), (9, 2), (7, 5), (3, 16), (5, 33), (70, 4), (2, 100)]

    private func wide(_ seed: Int, _ rows: Int, _ channels: Int) -> RowView {
        var numbers = Numbers(seed: seed)
        return view(numbers.floats(rows * (channels + 3), in: -3...3), channels: channels + 3).channels(
            2..<channels + 2
        )
    }

    private func doubles(_ view: RowView) -> [Double] { view.elements.map(Double.init) }

    private func slope(_ x: Double, _ function: (Double) -> Double) -> Double {
        let step = 1e-5
        return (function(x + step) - function(x - step)) / (2 * step)
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    private func elu(_ x: Double) -> Double { x > 0 ? x : exp(x) - 1 }

    private func expectNear(_ computed: RowView, _ expected: [Double]) {
        for (index, value) in computed.elements.enumerated() {
            #expect(
                abs(Double(value) - expected[index]) <= 1e-5 * max(1, expected[index].magnitude),
                "element \(index)"
            )
        }
    }

    @Test("rectification stops the gradient where nothing came out", arguments: InstructionSet.available, shapes)
    func rectification(set: InstructionSet, shape: (Int, Int)) {
        let (gradient, output) = (wide(1, shape.0, shape.1), wide(2, shape.0, shape.1))
        let before = gradient.elements
        KernelSet(set).rectifyBackward(gradient, output: output)
        #expect(gradient.elements == zip(before, output.elements).map { $1 > 0 ? $0 : 0 })
    }

    @Test("concatenated ELU goes backward by its slopes", arguments: InstructionSet.available, shapes)
    func concatenatedELU(set: InstructionSet, shape: (Int, Int)) {
        let kernels = KernelSet(set)
        let (x, activated) = (wide(3, shape.0, shape.1), wide(4, shape.0, 2 * shape.1))
        kernels.concatenatedELU(x, into: activated)
        let (gradient, dx) = (wide(5, shape.0, 2 * shape.1), wide(6, shape.0, shape.1))
        let (old, values) = (doubles(dx), doubles(x))
        let halves = (doubles(gradient.channels(0..<shape.1)), doubles(gradient.channels(shape.1..<2 * shape.1)))
        let expected = values.indices.map { index in
            slope(values[index]) { halves.0[index] * elu($0) + halves.1[index] * elu(-$0) }
        }
        kernels.concatenatedELUBackward(gradient, activated: activated, into: dx, accumulating: true)
        expectNear(dx, zip(old, expected).map { $0 + $1 })
        kernels.concatenatedELUBackward(gradient, activated: activated, into: dx)
        expectNear(dx, expected)
    }

    @Test(
        "a gate goes backward to what it lets through and to how far it is open",
        arguments: InstructionSet.available,
        shapes
    )
    func gate(set: InstructionSet, shape: (Int, Int)) {
        let (dy, p, q) = (wide(1, shape.0, shape.1), wide(2, shape.0, shape.1), wide(3, shape.0, shape.1))
        let (dp, dq) = (wide(4, shape.0, shape.1), wide(5, shape.0, shape.1))
        KernelSet(set).gateBackward(dy, p: p, q: q, intoP: dp, q: dq)
        let (g, a, b) = (doubles(dy), doubles(p), doubles(q))
        expectNear(dp, g.indices.map { index in slope(a[index]) { g[index] * $0 * sigmoid(b[index]) } })
        expectNear(dq, g.indices.map { index in slope(b[index]) { g[index] * a[index] * sigmoid($0) } })
    }

    @Test("an affine coupling goes backward with its log-determinant", arguments: InstructionSet.available, shapes)
    func coupling(set: InstructionSet, shape: (Int, Int)) {
        let kernels = KernelSet(set)
        let (z, t, r) = (wide(1, shape.0, shape.1), wide(2, shape.0, shape.1), wide(3, shape.0, shape.1))
        let (gradient, dt, dr) = (wide(4, shape.0, shape.1), wide(5, shape.0, shape.1), wide(6, shape.0, shape.1))
        let (before, shift, scale, g) = (doubles(z), doubles(t), doubles(r), doubles(gradient))
        _ = kernels.coupleAffine(z, shift: t, scale: r)
        kernels.coupleAffineBackward(
            gradient,
            coupled: z,
            scale: r,
            logDeterminantWeight: 0.75,
            shiftGradient: dt,
            scaleGradient: dr
        )
        func loss(_ index: Int, _ z: Double, _ t: Double, _ r: Double) -> Double {
            let s = sigmoid(r + 2)
            return g[index] * (z + t) * s - 0.75 * log(s)
        }
        expectNear(gradient, g.indices.map { i in slope(before[i]) { loss(i, $0, shift[i], scale[i]) } })
        expectNear(dt, g.indices.map { i in slope(shift[i]) { loss(i, before[i], $0, scale[i]) } })
        expectNear(dr, g.indices.map { i in slope(scale[i]) { loss(i, before[i], shift[i], $0) } })
    }

    @Test(
        "a Gaussian goes backward to what it scores and to its own parameters",
        arguments: InstructionSet.available,
        shapes
    )
    func gaussian(set: InstructionSet, shape: (Int, Int)) {
        let kernels = KernelSet(set)
        let (z, mean, logs) = (wide(1, shape.0, shape.1), wide(2, shape.0, shape.1), wide(3, shape.0, shape.1))
        let (latents, dz) = (wide(4, shape.0, shape.1), wide(5, shape.0, shape.1))
        let (dmean, dlogs) = (wide(6, shape.0, shape.1), wide(7, shape.0, shape.1))
        _ = kernels.standardize(z, mean: mean, logScale: logs, into: latents)
        kernels.standardizeBackward(
            latents,
            logScale: logs,
            weight: 0.5,
            into: dz,
            mean: dmean,
            logScaleGradient: dlogs
        )
        let (x, m, l) = (doubles(z), doubles(mean), doubles(logs))
        func loss(_ z: Double, _ mean: Double, _ logs: Double) -> Double {
            let e = (z - mean) * exp(-logs)
            return 0.5 * (0.5 * e * e + logs)
        }
        // Squares of latents reach some hundred thousand here, hence slopes by formula where differences lose digits.
        expectNear(dz, x.indices.map { i in slope(x[i]) { loss($0, m[i], l[i]) } })
        expectNear(dmean, x.indices.map { i in slope(m[i]) { loss(x[i], $0, l[i]) } })
        expectNear(dlogs, x.indices.map { i in 0.5 - 0.5 * pow((x[i] - m[i]) * exp(-l[i]), 2) })
    }
}
