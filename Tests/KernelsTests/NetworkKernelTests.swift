// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Testing

@Suite("Kernels of the networks")
struct NetworkKernelTests {
    /// Rows × channels of every length modulo a vector, cut from wider rows.
    private static let shapes = [(1, 1), (256, 2), (7, 5), (3, 16), (5, 33), (64, 4), (1, 100), (2, 64)]

    private func wide(_ seed: Int, _ rows: Int, _ channels: Int, _ range: ClosedRange<Float> = -3...3) -> RowView {
        var numbers = Numbers(seed: seed)
        return view(numbers.floats(rows * (channels + 3), in: range), channels: channels + 3).channels(2..<channels + 2)
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    private func expectNear(_ computed: [Float], _ expected: [Double], tolerance: Double = 3e-6) {
        for (index, value) in computed.enumerated() {
            let allowed = tolerance * max(1, abs(expected[index]))
            #expect(abs(Double(value) - expected[index]) <= allowed, "element \(index)")
        }
    }

    @Test("affine coupling follows its formula and is undone by its inverse", arguments: shapes)
    func affineCoupling(rows: Int, channels: Int) {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let (z, shift, scale) = (wide(1, rows, channels), wide(2, rows, channels), wide(3, rows, channels))
        let before = z.elements
        let logDeterminant = kernels.coupleAffine(z, shift: shift, scale: scale)
        let (t, s) = (shift.elements.map(Double.init), scale.elements.map(Double.init))
        expectNear(z.elements, before.indices.map { (Double(before[$0]) + t[$0]) * sigmoid(s[$0] + 2) })
        let exact = s.reduce(0) { $0 + log(sigmoid($1 + 2)) }
        #expect(abs(logDeterminant - exact) <= 1e-6 * Double(rows * channels))
        kernels.uncoupleAffine(z, shift: shift, scale: scale)
        expectNear(z.elements, before.map(Double.init), tolerance: 2e-5)
    }

    @Test(
        "log-determinants are summed group by group, in one call as in many",
        arguments: [(1, 2), (3, 2), (5, 16), (7, 33)]
    )
    func groupedSums(rowsPerSum: Int, channels: Int) {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let (z, shift, scale) = (
            wide(1, 4 * rowsPerSum, channels), wide(2, 4 * rowsPerSum, channels), wide(3, 4 * rowsPerSum, channels)
        )
        let apart = wide(1, 4 * rowsPerSum, channels)
        var sums: [Double] = []
        kernels.coupleAffine(z, shift: shift, scale: scale, rowsPerSum: rowsPerSum) { group, sum in
            #expect(group == sums.count)
            sums.append(sum)
        }
        let expected = (0..<4).map { group in
            let rows = group * rowsPerSum..<(group + 1) * rowsPerSum
            return kernels.coupleAffine(apart.rows(rows), shift: shift.rows(rows), scale: scale.rows(rows))
        }
        #expect(sums == expected)
        #expect(z.elements == apart.elements)
    }

    @Test("an element-wise function of packed rows is that of single elements", arguments: ElementwiseFunction.allCases)
    func packedRows(function: ElementwiseFunction) {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        var numbers = Numbers(seed: 30)
        let values = numbers.floats(3 * 37, in: 0.1...4)
        let packed = view(values, channels: 37)
        kernels.apply(function, to: packed, into: packed)
        let single = values.map { value in
            let one = view([value], channels: 1)
            kernels.apply(function, to: one, into: one)
            return one.elements[0]
        }
        #expect(packed.elements == single)
    }

    @Test("additive coupling is undone by its inverse", arguments: shapes)
    func additiveCoupling(rows: Int, channels: Int) {
        let kernels = KernelSet(.portable)
        let (z, shift) = (wide(4, rows, channels), wide(5, rows, channels))
        let before = z.elements
        kernels.add(shift, to: z)
        #expect(z.elements == zip(before, shift.elements).map { $0 + $1 })
        kernels.subtract(shift, from: z)
        #expect(z.elements == zip(before, shift.elements).map { $0 + $1 - $1 })
    }

    @Test("standardising a Gaussian gives its terms and is undone by its inverse", arguments: shapes)
    func gaussian(rows: Int, channels: Int) {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let (z, mean, logScale) = (wide(6, rows, channels), wide(7, rows, channels), wide(8, rows, channels, -2...2))
        let (x, m, s) = (
            z.elements.map(Double.init), mean.elements.map(Double.init), logScale.elements.map(Double.init)
        )
        let epsilon = wide(9, rows, channels)
        let terms = kernels.standardize(z, mean: mean, logScale: logScale, into: epsilon)
        let exact = x.indices.map { (x[$0] - m[$0]) * exp(-s[$0]) }
        expectNear(epsilon.elements, exact)
        let density = x.indices.reduce(0) { $0 - 0.5 * log(2 * Double.pi) - s[$1] - 0.5 * exact[$1] * exact[$1] }
        #expect(abs(terms.logLikelihood - density) <= 1e-6 * max(1, abs(density)))
        #expect(abs(terms.logScale - s.reduce(0, +)) <= 1e-9 * Double(rows * channels))
        #expect(terms.count == rows * channels)

        kernels.unstandardize(epsilon, mean: mean, logScale: logScale, into: z)
        expectNear(z.elements, x)
        kernels.unstandardize(epsilon, mean: mean, logScale: logScale, factor: 0.25, into: z)
        expectNear(z.elements, x.indices.map { m[$0] + 0.25 * (x[$0] - m[$0]) })
        kernels.unstandardize(epsilon, mean: mean, logScale: logScale, factor: 0, into: z)
        #expect(z.elements == mean.elements)
    }

    @Test("concatenated ELU and the gate follow their formulas", arguments: shapes)
    func gatedBlock(rows: Int, channels: Int) {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let (x, p, q) = (wide(10, rows, channels), wide(11, rows, channels), wide(12, rows, channels))
        func elu(_ x: Float) -> Double { x > 0 ? Double(x) : expm1(Double(x)) }
        let doubled = RowView(AlignedBuffer(count: rows * 2 * channels), rows: rows, channels: 2 * channels)
        kernels.concatenatedELU(x, into: doubled)
        expectNear(doubled.channels(0..<channels).elements, x.elements.map(elu))
        expectNear(doubled.channels(channels..<2 * channels).elements, x.elements.map { elu(-$0) })
        let (a, b, c) = (x.elements.map(Double.init), p.elements.map(Double.init), q.elements.map(Double.init))
        kernels.gate(x, p, q, into: x)
        expectNear(x.elements, a.indices.map { a[$0] + b[$0] * sigmoid(c[$0]) })
    }

    @Test("every instruction set gives the portable one's bits", arguments: shapes)
    func isBitIdenticalAcrossInstructionSets(rows: Int, channels: Int) {
        func run(_ set: InstructionSet) -> (values: [UInt32], sums: [Double]) {
            let kernels = KernelSet(set)
            let (z, t, s) = (wide(1, rows, channels), wide(2, rows, channels), wide(3, rows, channels))
            let doubled = RowView(AlignedBuffer(count: rows * 2 * channels), rows: rows, channels: 2 * channels)
            var (values, sums) = ([[Float]](), [Double]())
            sums.append(kernels.coupleAffine(z, shift: t, scale: s))
            values.append(z.elements)
            kernels.uncoupleAffine(z, shift: t, scale: s)
            values.append(z.elements)
            let terms = kernels.standardize(z, mean: t, logScale: s, into: z)
            sums += [terms.quadratic, terms.logScale]
            values.append(z.elements)
            kernels.unstandardize(z, mean: t, logScale: s, factor: 0.7, into: z)
            values.append(z.elements)
            kernels.gate(z, t, s, into: z)
            values.append(z.elements)
            kernels.concatenatedELU(z, into: doubled)
            values.append(doubled.elements)
            return (bits(values.flatMap { $0 }), sums)
        }
        let portable = run(.portable)
        for set in fasterSets {
            let other = run(set)
            #expect(other.values == portable.values, "\(set)")
            #expect(other.sums == portable.sums, "\(set)")
        }
    }

    @Test("sums cancel without loss, in an order that does not depend on the row length")
    func sumsInDouble() {
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        var numbers = Numbers(seed: 20)
        let (values, zeros) = (numbers.floats(480), [Float](repeating: 0, count: 480))
        let sums = [1, 2, 3, 16, 48, 480].map { channels in
            kernels.standardize(
                view(values, channels: channels),
                mean: view(zeros, channels: channels),
                logScale: view(values, channels: channels),
                into: view(zeros, channels: channels)
            )
        }
        #expect(Set(sums.map(\.quadratic)).count == 1)
        #expect(Set(sums.map(\.logScale)).count == 1)
    }
}
