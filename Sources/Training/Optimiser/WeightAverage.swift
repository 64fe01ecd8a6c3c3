// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// The exponentially weighted mean of the weights over all steps (Polyak and Juditsky, 1992).
///
/// The past's weight is `decay`, or (1 + n)/(10 + n) after n steps while that is less: the first weights, which were
/// drawn and not learned, are soon forgotten.
struct WeightAverage {
    private static let stretch = 1 << 14

    private let decay: Double
    private let learned: [Range<Int>]
    private let pool: WorkPool
    /// The mean; what is not learned is as in the latest weights.
    let values: AlignedBuffer

    /// A mean of vectors of `count` elements, of which those in `learned` are averaged.
    init(decay: Double, count: Int, learned: [Range<Int>], pool: WorkPool) {
        self.decay = decay
        self.learned = learned
        self.pool = pool
        values = AlignedBuffer(count: count)
    }

    /// Begins with `parameters`.
    func start(_ parameters: AlignedBuffer) {
        values.pointer.update(from: parameters.pointer, count: values.count)
    }

    /// Takes in the weights after the step number `step`, from 1.
    func update(_ step: Int, _ parameters: AlignedBuffer) {
        let pull = Float(1 - min(decay, Double(1 + step) / Double(10 + step)))
        pool.forEach((values.count + Self.stretch - 1) / Self.stretch) { index, _ in
            let whole = index * Self.stretch..<min((index + 1) * Self.stretch, values.count)
            var reached = whole.lowerBound
            for range in learned where range.overlaps(whole) {
                let averaged = range.clamped(to: whole)
                copy(parameters, reached..<averaged.lowerBound)
                for place in averaged {
                    values.pointer[place] += pull * (parameters.pointer[place] - values.pointer[place])
                }
                reached = averaged.upperBound
            }
            copy(parameters, reached..<whole.upperBound)
        }
    }

    private func copy(_ parameters: AlignedBuffer, _ range: Range<Int>) {
        let start = range.lowerBound
        (values.pointer + start).update(from: parameters.pointer + start, count: range.count)
    }
}
