// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Synchronization
import Testing

@Suite("Barrier")
struct BarrierTests {
    @Test("nobody passes before all have come", .timeLimit(.minutes(1)), arguments: [1, 2, 3, 5])
    func meetsAgainAndAgain(parties: Int) {
        let barrier = Barrier(parties: parties)
        let arrivals = Atomic<Int>(0)
        let early = Atomic<Int>(0)
        WorkPool(threads: parties).forEach(parties) { _, _ in
            for round in 1...300 {
                arrivals.wrappingAdd(1, ordering: .relaxed)
                barrier.wait()
                if arrivals.load(ordering: .relaxed) != round * parties {
                    early.wrappingAdd(1, ordering: .relaxed)
                }
                barrier.wait()
            }
        }
        #expect(early.load(ordering: .relaxed) == 0)
        #expect(arrivals.load(ordering: .relaxed) == 300 * parties)
    }
}
