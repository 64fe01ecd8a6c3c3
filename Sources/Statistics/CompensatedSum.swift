// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A sum that keeps what each addition rounds away (Neumaier's variant of Kahan summation).
struct CompensatedSum {
    private var sum = 0.0
    private var compensation = 0.0

    init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    var value: Double { sum + compensation }

    private mutating func add(_ value: Double) {
        let next = sum + value
        compensation += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
        sum = next
    }
}
