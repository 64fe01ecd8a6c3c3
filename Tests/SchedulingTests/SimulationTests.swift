// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing

@Suite struct SimulationTests {
    /// Widen this range for a long run; each seed is a world of its own.
    static let seeds: Range<UInt64> = 0..<200

    @Test("every image of every world is recorded exactly once, or fails with its budget used up", arguments: seeds)
    func recordsExactlyOnce(seed: UInt64) throws {
        var world = World(seed: seed)
        try world.run()
        let outcome = try #require(world.outcome)
        #expect(outcome.images.done == world.store.writes, "seed \(seed)")
        #expect(outcome.images.failed == world.store.failed.reduce(0) { $0 + $1.count }, "seed \(seed)")
        #expect(outcome.images.inFlight == 0 && outcome.images.pending == 0, "seed \(seed)")
        #expect(outcome.counts.mismatches == 0, "seed \(seed)")
    }

    @Test("the same world takes the same course twice", arguments: [1, 9, 33] as [UInt64])
    func isDeterministic(seed: UInt64) throws {
        var first = World(seed: seed)
        var second = World(seed: seed)
        try first.run()
        try second.run()
        #expect(first.trace == second.trace && first.events == second.events, "seed \(seed)")
    }
}
