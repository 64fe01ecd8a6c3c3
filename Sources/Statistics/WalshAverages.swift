// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The n(n + 1)/2 averages of all pairs of n values, each value paired with itself too, without making them.
///
/// Their median is Hodges and Lehmann's estimate of the centre. With the values sorted, the averages up to any bound
/// are counted in one walk, so that the average of any rank is found in O(n log n) (D. B. Johnson and T. Mizoguchi, SIAM
/// Journal on Computing 7, 1978); 10,000 values have 5·10⁷ of them, a million 5·10¹¹.
struct WalshAverages {
    /// Half of each value, ascending: halving first cannot overflow, and the average of two values is one addition.
    private let halves: [Double]

    /// The averages of finite values in ascending order.
    init(sorted: [Double]) { halves = sorted.map { 0.5 * $0 } }

    /// Number of averages.
    var count: Int { halves.count * (halves.count + 1) / 2 }

    /// The median of the averages; nil without values.
    var median: Double? {
        guard count > 0 else { return nil }
        let lower = average(rank: (count + 1) / 2)
        guard count.isMultiple(of: 2), countUpTo(lower) == count / 2 else { return lower }
        return 0.5 * lower + 0.5 * average(rank: count / 2 + 1)
    }

    /// The average of `rank`, from 1 for the least.
    ///
    /// Narrows the range that holds it until few are left, and sorts those. Two steps of three guess from the counts,
    /// just below and just above where the rank should be; the third halves the range of bit patterns, so that 200
    /// steps suffice whatever the values are.
    func average(rank: Int) -> Double {
        precondition((1...max(1, count)).contains(rank), "rank \(rank) of \(count) averages")
        // Two below the least: one below 0 there is −0, which is not less.
        var (low, high) = (Self.position(2 * halves[0]) - 2, Self.position(2 * halves[halves.count - 1]))
        var (countLow, countHigh) = (0, count)
        let few = max(1_024, halves.count / 32)
        var step = 0
        while high - low > 1, countHigh - countLow > few {
            var middle = low + (high - low) / 2
            if step % 3 < 2 {
                let share = Double(rank - countLow) / Double(countHigh - countLow) + (step % 3 == 0 ? -0.02 : 0.02)
                let guess = Self.value(low) * (1 - share) + Self.value(high) * share
                if guess.isFinite { middle = min(max(Self.position(guess), low + 1), high - 1) }
            }
            let countMiddle = countUpTo(Self.value(middle))
            if countMiddle < rank {
                (low, countLow) = (middle, countMiddle)
            } else {
                (high, countHigh) = (middle, countMiddle)
            }
            step += 1
        }
        guard high - low > 1 else { return Self.value(high) + 0 }
        return averages(above: Self.value(low), upTo: Self.value(high)).sorted()[rank - countLow - 1]
    }

    /// How many averages do not exceed `bound`.
    private func countUpTo(_ bound: Double) -> Int {
        halves.withUnsafeBufferPointer { halves in
            var (total, last) = (0, halves.count - 1)
            for first in 0..<halves.count {
                let value = halves[first]
                while last >= first, value + halves[last] > bound { last -= 1 }
                guard last >= first else { break }
                total += last - first + 1
            }
            return total
        }
    }

    /// The averages in a range that holds few.
    private func averages(above low: Double, upTo high: Double) -> [Double] {
        var found: [Double] = []
        var (lastLow, lastHigh) = (halves.count - 1, halves.count - 1)
        for first in halves.indices {
            while lastLow >= first, halves[first] + halves[lastLow] > low { lastLow -= 1 }
            while lastHigh >= first, halves[first] + halves[lastHigh] > high { lastHigh -= 1 }
            guard lastHigh >= first else { break }
            for last in max(first, lastLow + 1)..<max(first, lastHigh + 1) where last > lastLow {
                found.append(halves[first] + halves[last])
            }
        }
        return found
    }

    /// Where a finite number stands among all doubles: greater numbers have greater positions.
    private static func position(_ value: Double) -> UInt64 {
        value.sign == .minus ? ~value.bitPattern : value.bitPattern | 1 << 63
    }

    /// The number at a position.
    private static func value(_ position: UInt64) -> Double {
        Double(bitPattern: position >> 63 == 1 ? position & ~(1 << 63) : ~position)
    }
}
