// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import TestSupport
import Testing

@Suite struct LaunchedJobTests {
    @Test func `launched jobs are kept in order, with the time when they were cancelled`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("store.sqlite")
        let store = try ResultStore.open(path)
        let first = LaunchedJob(
            launcher: .slurm,
            place: "test",
            id: "7",
            name: "bitsweep",
            run: nil,
            workers: 3,
            launched: Date(timeIntervalSince1970: 100),
            details: ["logs": "/tmp/a \"b\""]
        )
        var second = first
        (second.id, second.launched, second.run) = ("8", Date(timeIntervalSince1970: 200), "r")
        try store.add(first)
        try store.add(second)
        #expect(try store.launchedJobs() == [first, second])
        try store.setCancelled([second], at: Date(timeIntervalSince1970: 300))
        second.cancelled = Date(timeIntervalSince1970: 300)
        #expect(try ResultStore.openForReading(path).launchedJobs() == [first, second])
    }
}
