// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import PeakTemplate

/// Runs `rounds` rounds of six chains from the two vectors at `data`, which the result overwrites.
@inline(never)
public func runPeakLoop(_ rounds: Int, _ data: UnsafeMutablePointer<PeakLanes>) {
    let (x, y) = (data[0], data[1])
    var chains = SixChains(x)
    for _ in 0..<rounds { chains.advance(x, y) }
    data[0] = chains.sum
}

/// Floating-point operations of one round.
public let operationsPerRound = PeakRound.operationsPerSixChains
