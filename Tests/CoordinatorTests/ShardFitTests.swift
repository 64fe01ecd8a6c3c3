// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Launching
import ResultStore
import TestSupport
import Testing
import Vocabulary

@testable import Coordinator

@Suite("Shards that must fit an allocation")
struct ShardFitTests {
    private let folder: TemporaryFolder
    private let times: SlurmTimes

    /// Ten minutes, of which a worker computes for six.
    init() throws {
        folder = try TemporaryFolder()
        times = try SlurmTimes(limit: .seconds(600))
        #expect(times.computing == .seconds(360))
    }

    /// A store whose shards took so long.
    private func store(_ seconds: [Double]) throws -> ResultStore {
        let store = try ResultStore.open(folder.path("\(UUID().uuidString).sqlite"))
        let slice = DatasetSlice(name: "mine", split: "test", digest: Digest(of: "images".utf8), count: seconds.count)
        let identity = CellIdentity(
            model: Digest(of: "weights".utf8),
            conditioning: .label,
            estimate: .standard,
            data: slice.digest,
            transform: .identity,
            seed: 0,
            numericsVersion: 1
        )
        let request = RunRequest(
            id: "run",
            sweep: "sweep",
            path: "sweep.yaml",
            text: "",
            digest: Digest(of: "sweep".utf8),
            endpoint: "tcp://127.0.0.1:1",
            owner: RunOwner(pid: 42, host: "here", since: .now)
        )
        let run = try store.begin(request, at: .now).id
        let indices = seconds.indices.map { UInt32($0) }
        try store.addSlice(slice.digest, indices: indices, labels: seconds.map { _ in 0 })
        let cell = CellEntry(id: identity.id, identity: identity, model: "glow", slice: slice)
        _ = try store.setCells(of: run, to: [cell])
        let parts = seconds.enumerated().map { image, taken in
            RecordedPart(
                attempt: AttemptIdentity(
                    shard: Shard(cell: identity.id, lower: image, upper: image + 1),
                    attempt: 1,
                    epoch: 1
                ),
                table: ResultTable(indices: [UInt32(image)], columns: [.init(name: "bpd", values: [1])]),
                origin: PartOrigin(worker: "worker", host: "host", isa: "avx2"),
                seconds: taken
            )
        }
        _ = try store.record(parts, in: run, at: .now)
        return store
    }

    @Test("without results nothing is known, and nothing is refused")
    func unknown() throws {
        try ShardFit.require(times, of: nil)
        try ShardFit.require(times, of: store([]))
    }

    @Test("of a hundred shards four may take longer than an allocation leaves")
    func rare() throws {
        try ShardFit.require(times, of: store(Array(repeating: 10, count: 96) + Array(repeating: 4000, count: 4)))
    }

    @Test("where six of a hundred do, with a quarter more for caution, it is refused with the time that would do")
    func usual() throws {
        let seconds = Array(repeating: 10.0, count: 94) + Array(repeating: 300, count: 6)
        let error = #expect(throws: CommandFailure.self) { try ShardFit.require(times, of: store(seconds)) }
        let message = try #require(error).description
        // 300 s and a quarter are 375 s; with four minutes for leaving, 10.25 minutes.
        #expect(message.contains("19 of 20, of 100 shards"), "\(message)")
        #expect(message.contains("ask for --time 11m or more"), "\(message)")
        try ShardFit.require(SlurmTimes(limit: .seconds(660)), of: store(seconds))
    }

    @Test("a shard that needs all the time there is fits")
    func exact() throws {
        try ShardFit.require(times, of: store([288]))
        #expect(throws: CommandFailure.self) { try ShardFit.require(times, of: store([288.1])) }
    }
}
