// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import Testing
import WireProtocol

@testable import Coordinator

/// A store that cannot be used for a while.
@Suite("Watching the store")
struct StoreWatchTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("a store in trouble is told of once, tried again every second, and told of again when it passes")
    func trouble() throws {
        let full = try #require(ResultStoreError.diskFull(path: "s").trouble)
        let quota = try #require(ResultStoreError.quotaUsedUp(path: "s").trouble)
        var watch = StoreWatch()
        #expect(watch.mayTry(at: Self.at(0)))
        let wasWrong = watch.pass()
        #expect(!wasWrong)
        let first = watch.meet(full, at: Self.at(100))
        #expect(first)
        #expect([100, 1_099, 1_100].map { watch.mayTry(at: Self.at($0)) } == [false, false, true])
        let again = watch.meet(full, at: Self.at(1_100))
        #expect(!again)
        #expect([1_101, 2_099, 2_100].map { watch.mayTry(at: Self.at($0)) } == [false, false, true])
        let other = watch.meet(quota, at: Self.at(2_100))
        #expect(other, "another trouble is told of, too")
        let passes = watch.pass()
        #expect(passes)
        #expect(watch.mayTry(at: Self.at(2_101)))
        #expect(watch.trouble == nil)
        #expect(watch.metrics.first { $0.name == "store_failures_total" }?.value == 3)
    }

    @Test(
        "only what may pass is trouble",
        arguments: [
            ResultStoreError.damaged(path: "s", detail: "?"), .needsLocalDisk(path: "s", reason: "?"),
            .readOnly(path: "s"),
            .runTakenOver(id: "r", owner: nil, path: "s"), .replaced(path: "s"), .notAStore(path: "s"),
        ]
    )
    func forGood(error: ResultStoreError) {
        #expect(error.trouble == nil)
    }
}
