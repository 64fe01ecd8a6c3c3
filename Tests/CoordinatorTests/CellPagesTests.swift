// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

@Suite("Pages of cells for many viewers")
struct CellPagesTests {
    private static let slice = DatasetSlice(name: "mnist", split: "test", digest: Digest(of: [1]), count: 300)
    private static let cells: [CellEntry] = (0..<8).map { number in
        let identity = CellIdentity(
            model: Digest(of: [2]),
            conditioning: .label,
            data: slice.digest,
            transform: .identity,
            seed: UInt64(number),
            numericsVersion: 1
        )
        return CellEntry(id: identity.id, identity: identity, model: "glow", slice: slice)
    }

    private static func store(in folder: TemporaryFolder) throws -> ResultStore {
        let store = try ResultStore.open(folder.path("results.sqlite"))
        let request = RunRequest(id: "run", sweep: "sweep", path: "s", text: "t", digest: Digest(of: [3]))
        _ = try store.begin(request, at: Date())
        let labels = (0..<slice.count).map { UInt8($0 % 256) }
        try store.addSlice(slice.digest, indices: (0..<slice.count).map(UInt32.init), labels: labels)
        try store.setCells(of: "run", to: cells)
        return store
    }

    private static func record(_ cell: Int, _ positions: Range<Int>, in store: ResultStore) throws {
        let shard = Shard(cell: cells[cell].id, lower: positions.lowerBound, upper: positions.upperBound)
        let part = RecordedPart(
            attempt: AttemptIdentity(shard: shard, attempt: 1, epoch: 1),
            table: ResultTable(
                indices: positions.map(UInt32.init),
                columns: [.init(name: "bpd", values: positions.map { Float($0) / 100 + Float(cell) })]
            ),
            origin: PartOrigin(worker: "w", host: "h", isa: "avx2"),
            seconds: 1
        )
        _ = try store.record([part], in: "run", at: Date())
    }

    @Test("a client that follows by changes sees what one sees that asks for everything, also after a restart")
    func mirror() async throws {
        let folder = try TemporaryFolder()
        let store = try Self.store(in: folder)
        var generator = SplitMix64(seed: 4)
        var (epoch, next) = (UInt64(1), [Int](repeating: 0, count: 8))
        var pages = try CellPages(of: "run", in: store, epoch: epoch, interval: .zero)
        var mirror = CellMirror()
        var request = CellPageRequest(.begun, limit: 5, selected: 2)
        for _ in 0..<120 {
            let cell = Int.random(in: 0..<8, using: &generator)
            if next[cell] < 300 {
                try Self.record(cell, next[cell]..<next[cell] + 20, in: store)
                next[cell] += 20
            }
            if Int.random(in: 0..<8, using: &generator) == 0 {
                epoch += 1
                pages = try CellPages(of: "run", in: store, epoch: epoch, interval: .zero)
            }
            if Int.random(in: 0..<5, using: &generator) == 0 {
                let orders = CellQuery.Order.allCases
                request.query.order = orders[Int.random(in: 0..<orders.count, using: &generator)]
                request.start = Int.random(in: 0..<4, using: &generator)
            }
            let whole = try pages.page(request)
            var seen = try mirror.apply(pages.page(mirror.request(request)))
            if seen == nil { seen = try mirror.apply(pages.page(mirror.request(request))) }
            #expect(seen?.cells == whole.cells && seen?.total == next.count { $0 > 0 })
            #expect(whole.selected?.cell.recordedImages == next[2])
        }
        try store.close()
    }

    @Test("what did not change is not sent again")
    func changesOnly() throws {
        let folder = try TemporaryFolder()
        let store = try Self.store(in: folder)
        for cell in 0..<5 { try Self.record(cell, 0..<300, in: store) }
        let pages = try CellPages(of: "run", in: store, epoch: 1, interval: .zero)
        var mirror = CellMirror()
        let request = CellPageRequest(.begun, limit: 5)
        _ = try mirror.apply(pages.page(mirror.request(request)))
        #expect(try pages.page(mirror.request(request)).cells.isEmpty)
        try Self.record(5, 0..<20, in: store)
        let next = try pages.page(mirror.request(request))
        #expect(next.cells.isEmpty && next.total == 6 && next.ordinals == [0, 1, 2, 3, 4])
        try store.close()
    }

    @Test("a page of many classes is cut to what a message may hold, and the rest follows")
    func large() throws {
        let folder = try TemporaryFolder()
        let store = try Self.store(in: folder)
        for cell in 0..<8 { try Self.record(cell, 0..<300, in: store) }
        let pages = try CellPages(of: "run", in: store, epoch: 1, interval: .zero, bytes: 100_000)
        var seen: [Int] = []
        while seen.count < 8 {
            let page = try pages.page(CellPageRequest(.begun, start: seen.count, limit: 8))
            #expect(page.total == 8 && !page.ordinals.isEmpty && page.ordinals.count < 8)
            seen += page.ordinals
            var snapshot = Snapshot(run: "run", sweep: "sweep", state: .running)
            snapshot.page = page
            let bytes = CoordinatorMessage.snapshot(snapshot).encoded()
            #expect(bytes.count < 150_000)
            #expect(try CoordinatorMessage(decoding: bytes) == .snapshot(snapshot))
        }
        #expect(seen == Array(0..<8))
        try store.close()
    }
}
