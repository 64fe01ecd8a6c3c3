// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A small random generator, started anew for each image.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014). The engine's own
/// generator is not used: it is free to change with the numerics version, these images are not.
struct GlyphRandom {
    private var state: UInt64

    /// A sequence of its own for each stream and index.
    init(stream: UInt64, index: Int) {
        state = stream << 32 | UInt64(index)
        // Neighbouring counters would start neighbouring sequences; one mixed draw sets them far apart.
        state = next()
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// Uniform on [0, 1).
    mutating func uniform() -> Double {
        Double(next() >> 11) / 9_007_199_254_740_992
    }

    /// Uniform on [low, high).
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// Mean 0, standard deviation 1, bell-shaped, within ±3.47.
    ///
    /// The sum of four uniforms: a true normal needs a logarithm, whose last bit differs between machines.
    mutating func bell() -> Double {
        (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508075688772
    }
}
