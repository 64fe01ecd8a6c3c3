// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A sum in Double whose order is fixed: element i goes to partial sum i mod 16, and these are added as a tree.
struct FixedOrderSum {
    private var partials = SIMD16<Double>(repeating: 0)

    /// Adds `count` terms, each a float mapped by `term`; all calls but the last bring a multiple of sixteen.
    @inline(__always)
    mutating func add(_ count: Int, of terms: UnsafePointer<Float>, _ term: (Double) -> Double = { $0 }) {
        withUnsafeMutableBytes(of: &partials) { bytes in
            let partials = bytes.assumingMemoryBound(to: Double.self)
            for start in stride(from: 0, to: count & ~15, by: 16) {
                for lane in 0..<16 { partials[lane] += term(Double(terms[start + lane])) }
            }
            for index in count & ~15..<count { partials[index & 15] += term(Double(terms[index])) }
        }
    }

    var total: Double {
        let eight = partials.lowHalf + partials.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}
