// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scheduling
import Testing

/// Whole fleets through the core, on a virtual clock.
///
/// Each seed is a world of its own. Two hundred of them run with the other tests. `BITSWEEP_SIMULATION_SEEDS=10000` in
/// the environment asks for as many seeds instead and for one world of 10,000 workers and 1,000,000 shards; build for
/// release then (`swift test -c release -Xswiftc -enable-testing`). A failure names its seed, which `World(seed:)`
/// repeats exactly.
@Suite struct SimulationTests {
    private static let asked = ProcessInfo.processInfo.environment["BITSWEEP_SIMULATION_SEEDS"].flatMap(UInt64.init)
    /// Seeds in batches, so that a long run is not one test case per seed.
    static let batches: [Range<UInt64>] = stride(from: 0, to: asked ?? 200, by: 25).map { first in
        first..<min(first + 25, asked ?? 200)
    }

    @Test(
        "in every world the run ends, each image recorded exactly once and true, or failed with its budget used up",
        arguments: batches
    )
    func recordsExactlyOnce(seeds: Range<UInt64>) throws {
        for seed in seeds {
            var world = World(seed: seed)
            #expect(throws: Never.self) { try world.run() }
        }
    }

    @Test("the same world takes the same course twice", arguments: [1, 9, 33, 58] as [UInt64])
    func isDeterministic(seed: UInt64) throws {
        var first = World(seed: seed, isTraced: true)
        var second = World(seed: seed, isTraced: true)
        try first.run()
        try second.run()
        #expect(first.trace == second.trace && first.events == second.events, "seed \(seed)")
    }

    @Test(
        "a fleet of thousands survives the same accidents",
        arguments: asked == nil ? [(300, 5_000)] : [(1_000, 100_000), (10_000, 1_000_000)]
    )
    func vastWorld(workers: Int, shards: Int) throws {
        var world = World(seed: 7, climate: .vast(workers: workers, shards: shards))
        try world.run()
        let counts = try #require(world.finalProgress).counts
        #expect(world.store.writes == shards)
        #expect(counts.dispatches + counts.adopted >= world.life.parts)
    }
}
