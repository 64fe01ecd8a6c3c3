// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Σ a·b over `count` numbers, in double precision: eight partial sums, then the rest in order.
public func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    func eight(_ values: UnsafePointer<Float>, _ start: Int) -> SIMD8<Double> {
        SIMD8<Double>(UnsafeRawPointer(values + start).loadUnaligned(as: SIMD8<Float>.self))
    }
    var partials = SIMD8<Double>.zero
    for start in stride(from: 0, to: count & ~7, by: 8) { partials += eight(a, start) * eight(b, start) }
    return (count & ~7..<count).reduce(partials.sum()) { $0 + Double(a[$1]) * Double(b[$1]) }
}
