// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

/// The Euclidean norm of a flat vector, added up in an order that does not depend on threads.
enum GradientNorm {
    private static let stretch = 1 << 14

    /// √Σx² in double precision; not finite when an element is not.
    static func norm(_ vector: AlignedBuffer, _ pool: WorkPool) -> Double {
        let count = (vector.count + stretch - 1) / stretch
        let sums = Mutex([Double](repeating: 0, count: count))
        pool.forEach(count) { index, _ in
            let start = index * stretch
            let (values, length) = (vector.pointer + start, min(stretch, vector.count - start))
            let sum = dotProduct(values, values, count: length)
            sums.withLock { $0[index] = sum }
        }
        return sums.withLock { $0.reduce(0, +) }.squareRoot()
    }
}
