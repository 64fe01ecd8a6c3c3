// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Synchronization

/// The Euclidean norm of a flat vector, added up in an order that does not depend on threads.
enum GradientNorm {
    private static let stretch = 1 << 14
    /// Partial sums of a stretch, which let a processor add several at once.
    private static let lanes = 8

    /// √Σx² in double precision; not finite when an element is not.
    static func norm(_ vector: AlignedBuffer, _ pool: WorkPool) -> Double {
        let count = (vector.count + stretch - 1) / stretch
        let sums = Mutex([Double](repeating: 0, count: count))
        pool.forEach(count) { index, _ in
            let start = index * stretch
            let sum = squares(vector.pointer + start, min(stretch, vector.count - start))
            sums.withLock { $0[index] = sum }
        }
        return sums.withLock { $0.reduce(0, +) }.squareRoot()
    }

    private static func squares(_ values: UnsafeMutablePointer<Float>, _ count: Int) -> Double {
        var partials = SIMD8<Double>(repeating: 0)
        let whole = count - count % lanes
        for start in stride(from: 0, to: whole, by: lanes) {
            let lane = UnsafeRawPointer(values + start).loadUnaligned(as: SIMD8<Float>.self)
            let wide = SIMD8<Double>(lane)
            partials += wide * wide
        }
        var sum = partials.sum()
        for index in whole..<count { sum += Double(values[index]) * Double(values[index]) }
        return sum
    }
}
