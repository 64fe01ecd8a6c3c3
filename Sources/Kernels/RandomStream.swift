// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates
import RandomNumbers

/// What random numbers are drawn for; each purpose has its own sequence.
///
/// 7 is taken: `Statistics` draws its resamples with it.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
    /// Noise that fills the bin of a quantised pixel.
    case dequantisation = 1
    /// Noise added by a transform.
    case noise = 2
    /// Sampling from a model.
    case sampling = 3
    /// First values of weights.
    case initialisation = 4
    /// Units dropped in training.
    case dropout = 5
    /// The order of images in training.
    case order = 6
    /// Where a transform moves the patches of images.
    case permutation = 8
    /// Which pixels a transform replaces, and by what.
    case impulses = 9
    /// Which channels a network that grows copies, and how.
    case growth = 16
}

/// Random numbers for one seed, purpose and index, such as an image's.
///
/// Element `i` depends on (seed, purpose, index, i) alone, neither on how many are drawn, nor on the instruction set.
public struct RandomStream: Sendable {
    private let philox: Philox
    private let purpose: RandomPurpose
    private let index: UInt64

    /// The stream of `seed` for `purpose` at `index`.
    public init(seed: UInt64, purpose: RandomPurpose, index: UInt64) {
        philox = Philox(key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        self.purpose = purpose
        self.index = index
    }

    /// Thirty-two random bits: word `element` of the stream.
    public func word(_ element: Int) -> UInt32 { block(element / 4)[element % 4] }

    /// Fills `view`, row after row, with uniform numbers in [0, 1): multiples of 2⁻²⁴.
    public func fillUniform(_ view: RowView) {
        fill(view) { strip, first, _ in
            for element in stride(from: 0, to: Strips.capacity, by: 4) {
                let words = block((first + element) / 4)
                for lane in 0..<4 { strip[element + lane] = Float(words[lane] >> 8) * 0x1p-24 }
            }
        }
    }

    /// Fills `view`, row after row, with standard normal numbers.
    ///
    /// Box–Muller: words (a, b) give `r·cos 2πv` and `r·sin 2πv`, with `u = (a + 1)·2⁻³²`, `v = ⌊b/2⁸⌋·2⁻²⁴`,
    /// `r = √(−2 ln u)`, so that no magnitude exceeds 6.67.
    public func fillGaussian(_ view: RowView, _ kernels: KernelSet) {
        fill(view) { strip, first, buffers in
            let pairs = Strips.capacity / 2
            let (logarithms, turns) = (buffers.0, buffers.0 + pairs)
            let (sines, cosines) = (buffers.1, buffers.1 + pairs)
            for pair in stride(from: 0, to: pairs, by: 2) {
                let words = block((first + 2 * pair) / 4)
                logarithms[pair] = (Float(words.x) + 1) * 0x1p-32
                turns[pair] = Float(words.y >> 8) * 0x1p-24
                logarithms[pair + 1] = (Float(words.z) + 1) * 0x1p-32
                turns[pair + 1] = Float(words.w >> 8) * 0x1p-24
            }
            kernels.entries.logarithm(logarithms, logarithms, pairs / 16)
            kernels.entries.sineAndCosine(turns, sines, cosines, pairs / 16)
            for pair in 0..<pairs {
                let radius = (-2 * logarithms[pair]).squareRoot()
                strip[2 * pair] = radius * cosines[pair]
                strip[2 * pair + 1] = radius * sines[pair]
            }
        }
    }

    /// The first `count` uniform numbers in [0, 1).
    public func uniforms(_ count: Int) -> [Float] {
        let buffer = AlignedBuffer(count: count)
        fillUniform(RowView(buffer, rows: 1, channels: count))
        return buffer.elements
    }

    /// The first `count` standard normal numbers.
    public func gaussians(_ count: Int, _ kernels: KernelSet) -> [Float] {
        let buffer = AlignedBuffer(count: count)
        fillGaussian(RowView(buffer, rows: 1, channels: count), kernels)
        return buffer.elements
    }

    /// Writes `view` strip by strip: `makeStrip` fills whole strips, given the strip's first element and two buffers.
    private func fill(
        _ view: RowView,
        _ makeStrip: (Strips.Buffer, _ first: Int, (Strips.Buffer, Strips.Buffer)) -> Void
    ) {
        Strips.withBuffers { strip, second, third, _ in
            var writer = RowCursor(view)
            var first = 0
            Strips.forEach(view) { count, _ in
                makeStrip(strip, first, (second, third))
                writer.write(count, from: strip)
                first += count
            }
        }
    }

    /// The four words from element 4·`number` on.
    func block(_ number: Int) -> SIMD4<UInt32> {
        let (low, high) = (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
        return philox.words(at: SIMD4(UInt32(truncatingIfNeeded: number), purpose.rawValue, low, high))
    }

    /// What masks that many stretches of 128 floats from `values` on by the stream's bytes, the first ones first.
    func maskCall(_ values: UnsafeMutablePointer<Float>, stretches: Int, least: UInt32) -> MaskCall {
        let (low, high) = (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
        return MaskCall(
            values: values,
            stretches: stretches,
            least: least,
            key: philox.key,
            counter: SIMD4(0, purpose.rawValue, low, high)
        )
    }
}
