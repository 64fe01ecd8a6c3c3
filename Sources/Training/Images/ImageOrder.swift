// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Permutations that depend on a seed and a number alone, so that a resumed training goes on with the same images.
enum ImageOrder {
    /// A permutation of 0 ..< `count`: the places of random words in ascending order, equal words keeping theirs.
    static func permutation(_ count: Int, seed: UInt64, number: Int) -> [Int] {
        let draws = RandomStream(seed: seed, purpose: .order, index: UInt64(number))
        let keys = (0..<count).map { UInt64(draws.word($0)) << 32 | UInt64($0) }
        return keys.sorted().map { Int($0 & 0xffff_ffff) }
    }
}
