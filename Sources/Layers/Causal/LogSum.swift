// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// ln Σ e^x, term by term.
struct LogSum {
    private var largest = -Double.infinity
    private var sum = 0.0

    /// ln Σ of the terms so far; −∞ without any.
    var value: Double { largest + PortableMath.log(sum) }

    mutating func add(_ x: Double) {
        if x == -.infinity { return }
        if x <= largest {
            sum += PortableMath.exp(x - largest)
        } else {
            sum = sum * PortableMath.exp(largest - x) + 1
            largest = x
        }
    }
}
