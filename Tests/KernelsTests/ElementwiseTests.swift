// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Testing

/// A function with its values in Double, where to try it, and how far off a result may be.
private struct Example: Sendable, CustomStringConvertible {
    let function: ElementwiseFunction
    let range: ClosedRange<Float>
    let ulps: Double
    let exact: @Sendable (Double) -> Double

    var description: String { "\(function) on \(range)" }
}

private let examples: [Example] = [
    Example(function: .exponential, range: -87...88.7, ulps: 1.1) { exp($0) },
    Example(function: .exponential, range: -1...1, ulps: 1.1) { exp($0) },
    Example(function: .logarithm, range: 0.5...2, ulps: 1.1) { log($0) },
    Example(function: .logarithm, range: 0...1e5, ulps: 1.1) { log($0) },
    Example(function: .hyperbolicTangent, range: -10...10, ulps: 1.7) { tanh($0) },
    Example(function: .hyperbolicTangent, range: -0.7...0.7, ulps: 1.7) { tanh($0) },
    Example(function: .sigmoid, range: -80...40, ulps: 2.6) { 1 / (1 + exp(-$0)) },
    Example(function: .sigmoid, range: -5...5, ulps: 2.6) { 1 / (1 + exp(-$0)) },
    Example(function: .logSigmoid, range: -80...80, ulps: 2.6) { $0 < 0 ? $0 - log1p(exp($0)) : -log1p(exp(-$0)) },
    Example(function: .logSigmoid, range: -5...5, ulps: 2.6) { $0 < 0 ? $0 - log1p(exp($0)) : -log1p(exp(-$0)) },
    Example(function: .softplus, range: -80...80, ulps: 2.6) { $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) },
    Example(function: .exponentialLinear, range: -20...20, ulps: 1.6) { $0 > 0 ? $0 : expm1($0) },
    Example(function: .exponentialLinear, range: -1...0.1, ulps: 1.6) { $0 > 0 ? $0 : expm1($0) },
]

private let special: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 88.72283, 88.73, -87.4, -103.9, -104.5, 0x1.6a09e6p-1,
]

@Suite("Element-wise functions")
struct ElementwiseTests {
    private func values(_ function: ElementwiseFunction, _ input: [Float], _ set: InstructionSet) -> [Float] {
        let storage = view(input, channels: input.count)
        KernelSet(set).apply(function, to: storage, into: storage)
        return storage.elements
    }

    @Test("results are within a few units in the last place of libm in Double", arguments: examples)
    private func isAccurate(_ example: Example) {
        var numbers = Numbers(seed: 3)
        let input = numbers.floats(200_000, in: example.range)
        let results = values(example.function, input, InstructionSet.available.last ?? .portable)
        var worst = (error: 0.0, at: Float(0))
        for (x, result) in zip(input, results) {
            let exact = example.exact(Double(x))
            let error = abs(Double(result) - exact) / Double(max(Float(exact).ulp, .leastNormalMagnitude.ulp))
            if !(error <= worst.error) { worst = (error, x) }
        }
        #expect(worst.error <= example.ulps, "off by \(worst.error) units at \(worst.at)")
    }

    @Test("infinities, NaN, zeros and the ends of the range are right", arguments: InstructionSet.available)
    func isRightAtTheEnds(_ set: InstructionSet) {
        let infinite: [Float] = [.infinity, -.infinity, .nan]
        #expect(bits(values(.exponential, infinite, set)) == bits([.infinity, 0, .nan]))
        #expect(values(.exponential, [0, -0.0, 89, -110], set) == [1, 1, .infinity, 0])
        #expect(
            bits(values(.logarithm, infinite + [0, -0.0, -1, 1], set))
                == bits([.infinity, .nan, .nan, -.infinity, -.infinity, .nan, 0])
        )
        #expect(bits(values(.hyperbolicTangent, infinite + [0, -0.0], set)) == bits([1, -1, .nan, 0, -0.0]))
        #expect(bits(values(.sigmoid, infinite + [0], set)) == bits([1, 0, .nan, 0.5]))
        #expect(bits(values(.logSigmoid, infinite, set)) == bits([0, -.infinity, .nan]))
        #expect(bits(values(.softplus, infinite, set)) == bits([.infinity, 0, .nan]))
        #expect(bits(values(.exponentialLinear, infinite + [0], set)) == bits([.infinity, -1, .nan, 0]))
    }

    @Test("denormal arguments and results are as exact as the format allows")
    func keepsDenormals() {
        let set = InstructionSet.available.last ?? .portable
        let tiny: [Float] = [.leastNonzeroMagnitude, 0x1p-140, 0x1.8p-128]
        for (x, result) in zip(tiny, values(.logarithm, tiny, set)) {
            #expect(abs(Double(result) - log(Double(x))) <= Double(result.ulp))
        }
        let negative: [Float] = [-88, -95, -100, -103]
        for (x, result) in zip(negative, values(.exponential, negative, set)) {
            #expect(abs(Double(result) - exp(Double(x))) <= Double(Float.leastNonzeroMagnitude))
        }
    }

    @Test("every instruction set gives the portable one's bits", arguments: ElementwiseFunction.allCases)
    func isBitIdenticalAcrossInstructionSets(_ function: ElementwiseFunction) {
        var numbers = Numbers(seed: 11)
        let input =
            special + numbers.floats(3000, in: -100...100) + numbers.floats(3000, in: -2...2)
            + (0..<3001).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: numbers.next())) }
        let portable = bits(values(function, input, .portable))
        for set in fasterSets { #expect(bits(values(function, input, set)) == portable, "\(set)") }
    }

    @Test("rows with a stride are changed, what lies between them is not", arguments: 1...40)
    func respectsStrides(channels: Int) {
        var numbers = Numbers(seed: channels)
        let (rows, stride) = (numbers.integer(in: 1...9), channels + numbers.integer(in: 0...4))
        let before = numbers.floats(rows * stride)
        let storage = AlignedBuffer(before)
        let cut = RowView(storage, rows: rows, channels: channels, stride: stride)
        KernelSet(InstructionSet.available.last ?? .portable).apply(.sigmoid, to: cut, into: cut)
        let expected = values(.sigmoid, before, .portable)
        for index in 0..<before.count {
            #expect(storage[index] == (index % stride < channels ? expected[index] : before[index]))
        }
    }
}
