// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

/// Derivatives from differences in double precision, the truth for gradients written by hand.
enum CentralDifferences {
    /// The derivative of `function` by each number of `point`.
    static func gradient(at point: [Double], of function: ([Double]) -> Double) -> [Double] {
        let step = 1e-5
        return point.indices.map { index in
            var (above, below) = (point, point)
            above[index] += step
            below[index] -= step
            return (function(above) - function(below)) / (2 * step)
        }
    }

    /// Expects every number to be near the true one, measured by the largest of them.
    static func expect(_ found: [Float], near expected: [Double], _ name: String, within tolerance: Double = 2e-5) {
        let scale = expected.map(abs).max() ?? 0
        let errors = zip(found, expected).map { abs(Double($0) - $1) }
        let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
        #expect(found.count == expected.count)
        #expect(scale > 0, "\(name): no gradient to compare with")
        #expect(
            errors.allSatisfy { $0 <= tolerance * scale },
            "\(name)[\(worst)]: \(found[worst]), not \(expected[worst])"
        )
    }
}
