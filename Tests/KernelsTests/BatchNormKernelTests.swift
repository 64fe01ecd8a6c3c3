// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Testing

@Suite("Kernels of batch normalisation")
struct BatchNormKernelTests {
    private static let shapes = [(1, 1), (9, 2), (7, 5), (3, 16), (5, 33), (70, 4), (2, 100)]

    private func rows(_ seed: Int, _ shape: (Int, Int)) -> RowView {
        var numbers = Numbers(seed: seed)
        let (count, channels) = shape
        return view(numbers.floats(count * (channels + 3), in: -3...3), channels: channels + 3)
            .channels(2..<channels + 2)
    }

    private func perChannel(_ seed: Int, _ shape: (Int, Int)) -> AlignedBuffer {
        var numbers = Numbers(seed: seed)
        return AlignedBuffer(numbers.floats(shape.1, in: -2...2))
    }

    @Test("sums per channel are those of a loop in Double, bit for bit", arguments: InstructionSet.available, shapes)
    func sumProducts(set: InstructionSet, shape: (Int, Int)) {
        let (a, b, channels) = (rows(1, shape), rows(2, shape), shape.1)
        var sums = (0..<2 * channels).map { Double($0) / 7 }
        var expected = sums
        for (index, (x, y)) in zip(a.elements, b.elements).enumerated() {
            expected[index % channels] += Double(x)
            expected[channels + index % channels] += Double(x) * Double(y)
        }
        sums.withUnsafeMutableBufferPointer { sums in
            guard let first = sums.baseAddress else { return }
            KernelSet(set).sumProducts(a, b, first, first + channels)
        }
        #expect(sums == expected)
    }

    @Test(
        "what is normalised, and goes backward, is the formula's, bit for bit, and nothing beside it is touched",
        arguments: InstructionSet.available,
        shapes
    )
    func normalise(set: InstructionSet, shape: (Int, Int)) {
        let (x, channels, kernels) = (rows(1, shape), shape.1, KernelSet(set))
        let (scale, offset, constant) = (perChannel(3, shape), perChannel(4, shape), perChannel(5, shape))
        func expect(
            _ target: RowView,
            is expected: (_ old: Float, _ x: Float, _ channel: Int) -> Float,
            after run: () -> Void
        ) {
            let (old, whole) = (target.elements, target.buffer.elements)
            run()
            let values = zip(old, x.elements).enumerated().map { expected($1.0, $1.1, $0 % channels) }
            #expect(bits(target.elements) == bits(values))
            let beside = whole.indices.filter { !(2..<channels + 2 ~= $0 % (channels + 3)) }
            #expect(beside.allSatisfy { whole[$0] == target.buffer.elements[$0] })
        }
        for accumulating in [false, true] {
            let y = rows(2, shape)
            expect(y, is: { max(0, (accumulating ? $0 : 0) + ($1 * scale[$2] + offset[$2])) }) {
                kernels.normalise(y, x, scale: scale, offset: offset, accumulating: accumulating)
            }
        }
        let dx = rows(6, shape)
        expect(dx, is: { $0 * scale[$2] + ($1 * offset[$2] + constant[$2]) }) {
            kernels.normaliseBackward(dx, x, own: scale, ofInput: offset, constant: constant)
        }
    }
}
