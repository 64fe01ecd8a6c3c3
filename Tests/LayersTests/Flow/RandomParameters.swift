// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// Numbers for tests, none of them zero; the same on every machine.
enum RandomParameters {
    /// Uniform numbers within `scale` of zero.
    static func numbers(_ count: Int, within scale: Float, seed: UInt64) -> [Float] {
        RandomStream(seed: seed, purpose: .initialisation, index: 0).uniforms(count).map { (2 * $0 - 1) * scale }
    }

    /// A vector of well-behaved parameters.
    static func vector(_ layout: ParameterLayout, seed: UInt64) -> AlignedBuffer {
        let vector = AlignedBuffer(numbers(layout.count, within: 0.4, seed: seed))
        for spec in layout.specs {
            let range = layout.range(spec.name)
            if spec.name.hasSuffix("permutation") {
                for (row, place) in range.enumerated() { vector[place] = Float((row + 3) % range.count) }
            }
            if spec.name.hasSuffix("sign-s") {
                for (row, place) in range.enumerated() { vector[place] = row % 3 == 0 ? -1 : 1 }
            }
        }
        return vector
    }
}

extension RowView {
    /// A packed view of memory of its own.
    init(_ values: [Float], channels: Int) {
        self.init(AlignedBuffer(values), rows: values.count / channels, channels: channels)
    }
}
