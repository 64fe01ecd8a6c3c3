// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Worker

@Suite("Workers of one machine")
struct HostShareTests {
    @Test("processors are shared out whole: each worker has one at least, and no two have the same in mind")
    func shares() {
        let names = ["a", "b", "c"]
        func all(_ processors: Int, fixed: [Int] = []) -> [Int] {
            let told = Dictionary(uniqueKeysWithValues: fixed.enumerated().map { ("f\($0)", HostShare.Wish.fixed($1)) })
            return names.map { own in
                let others = names.filter { $0 != own }.map { ($0, HostShare.Wish.rest) }
                let wishes = told.merging(others) { $1 }
                return HostShare.share(of: own, among: wishes, processors: processors)
            }
        }
        #expect(all(8) == [3, 3, 2])
        #expect(all(3) == [1, 1, 1])
        #expect(all(2) == [1, 1, 1], "a worker without a thread would be none")
        #expect(all(16, fixed: [4, 2]) == [4, 3, 3])
        #expect(all(4, fixed: [9]) == [1, 1, 1])
        #expect(HostShare.share(of: "a", among: [:], processors: 5) == 5)
    }

    @Test("workers of one group see each other while they live, and what a killed one left is removed")
    func files() throws {
        let folder = try TemporaryFolder()
        let group = ProcessorGroup(count: 8, name: "0123456789ab")
        func join(_ wish: HostShare.Wish, _ group: ProcessorGroup = group) throws -> HostShare {
            try #require(HostShare(folder: folder.path("cache"), processors: group, wish: wish))
        }
        let first = try join(.rest)
        #expect(first.others().isEmpty)
        var second: HostShare? = try join(.fixed(3))
        let elsewhere = try join(.rest, ProcessorGroup(count: 8, name: "ba9876543210"))
        #expect(Array(first.others().values) == [.fixed(3)] && elsewhere.others().isEmpty)
        #expect(second?.others().values.map(\.text) == ["rest\n"])
        second = nil
        try folder.write("5\n", to: "cache/processors-0123456789ab-left")
        #expect(first.others().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path("cache/processors-0123456789ab-left")))
        let file = try folder.write("", to: "file")
        #expect(HostShare(folder: "\(file)/none", processors: group, wish: .rest) == nil)
    }
}
