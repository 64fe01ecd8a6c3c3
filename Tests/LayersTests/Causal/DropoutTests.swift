// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

@Suite struct DropoutTests {
    private let kernels = KernelSet(.portable)
    private let stream = Dropout.stream(seed: 3, step: 5, image: 7, layer: 9)

    @Test(
        "byte i of the stream decides element i, in packed rows and with gaps",
        arguments: [(1, 63), (5, 77), (13, 64)]
    )
    func bytes(rows: Int, channels: Int) {
        let ones = [Float](repeating: 1, count: rows * (channels + 3))
        let expected = (0..<rows * channels).map { element in
            stream.word(element / 4) >> UInt32(8 * (element % 4)) & 255 < 100 ? 0 : 1 as Float
        }
        for set in InstructionSet.available {
            let gaps = RowView(AlignedBuffer(ones), rows: rows, channels: channels, stride: channels + 3)
            let packed = RowView(AlignedBuffer(ones), rows: rows, channels: channels)
            for view in [packed, gaps] { KernelSet(set).mask(view, probability256: 100, stream) }
            #expect(packed.elements == expected, "\(set)")
            #expect(gaps.elements == expected, "\(set)")
            #expect(packed.buffer.elements[(rows * channels)...].allSatisfy { $0 == 1 })
            #expect(gaps.buffer.elements.reduce(0, +) == expected.reduce(Float(3 * rows), +))
        }
    }

    @Test("the fraction dropped is the probability", arguments: [0, 1, 64, 128, 255])
    func fraction(probability256: Int) {
        let count = 1 << 16
        let view = RowView([Float](repeating: 2, count: count), channels: 64)
        kernels.mask(view, probability256: probability256, stream)
        let dropped = view.elements.filter { $0 == 0 }.count
        let probability = Double(probability256) / 256
        // Five standard deviations.
        let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
        #expect(abs(Double(dropped) - Double(count) * probability) <= 5 * deviation)
        #expect(view.elements.allSatisfy { $0 == 0 || $0 == 2 })
    }

    @Test("seed, step, image and layer each lead to other numbers")
    func streams() {
        let streams = [
            stream, Dropout.stream(seed: 4, step: 5, image: 7, layer: 9),
            Dropout.stream(seed: 3, step: 6, image: 7, layer: 9),
            Dropout.stream(seed: 3, step: 5, image: 8, layer: 9), Dropout.stream(seed: 3, step: 5, image: 7, layer: 10),
        ]
        #expect(Set(streams.map { $0.word(0) }).count == streams.count)
    }
}
