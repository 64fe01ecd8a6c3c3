// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import PeakTemplate

/// Runs `rounds` rounds of twelve chains from the two vectors at `data`, which the result overwrites.
///
/// Twelve, because two ports with a latency of four or five cycles need ten.
@inline(never)
public func runPeakLoop(_ rounds: Int, _ data: UnsafeMutablePointer<PeakLanes>) {
    let (x, y) = (data[0], data[1])
    var upper = SixChains(x)
    var lower = SixChains(y)
    for _ in 0..<rounds {
        upper.advance(x, y)
        lower.advance(x, y)
    }
    data[0] = upper.sum + lower.sum
}

/// Floating-point operations of one round.
public let operationsPerRound = 2 * PeakRound.operationsPerSixChains
