// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

@Suite("A client's copy of a page of cells")
struct CellMirrorTests {
    private static func cell(_ ordinal: Int, recorded: Int = 0) -> SummarisedCell {
        SummarisedCell(
            ordinal: ordinal,
            id: CellID(Digest(of: "\(ordinal)".utf8)),
            spec: CellSpec(model: "glow", dataset: "mnist", transform: .identity, seed: UInt64(ordinal)),
            split: "test",
            conditioning: .label,
            images: 10,
            recordedImages: recorded
        )
    }

    private static func page(
        _ number: UInt64,
        _ ordinals: [Int],
        _ cells: [SummarisedCell],
        epoch: UInt64 = 3
    ) -> CellPage {
        CellPage(epoch: epoch, number: number, total: 9, start: 0, ordinals: ordinals, cells: cells)
    }

    @Test("what changed is put into what is known")
    func delta() {
        var mirror = CellMirror()
        let request = CellPageRequest(.begun, limit: 3)
        #expect(mirror.request(request).since == 0)
        #expect(mirror.apply(Self.page(7, [0, 1], [Self.cell(0), Self.cell(1)]))?.cells.map(\.ordinal) == [0, 1])
        let next = mirror.request(request)
        #expect(next.since == 7 && next.epoch == 3)
        let whole = mirror.apply(Self.page(8, [1, 0, 2], [Self.cell(1, recorded: 4), Self.cell(2)]))
        #expect(whole?.cells == [Self.cell(1, recorded: 4), Self.cell(0), Self.cell(2)])
        #expect(whole?.total == 9)
    }

    @Test("a cell that came in without a change makes the page be asked for anew")
    func missing() {
        var mirror = CellMirror()
        let request = CellPageRequest(.begun, limit: 3)
        _ = mirror.request(request)
        _ = mirror.apply(Self.page(7, [0], [Self.cell(0)]))
        _ = mirror.request(request)
        #expect(mirror.apply(Self.page(8, [5], [])) == nil)
        #expect(mirror.request(request).since == 0)
        #expect(mirror.apply(Self.page(8, [5], [Self.cell(5)]))?.cells.map(\.ordinal) == [5])
    }

    @Test("another page, and a coordinator that began anew, leave nothing of before")
    func others() {
        var mirror = CellMirror()
        let request = CellPageRequest(.begun, limit: 3)
        _ = mirror.request(request)
        _ = mirror.apply(Self.page(7, [0], [Self.cell(0)]))
        var other = request
        other.start = 3
        #expect(mirror.request(other).since == 0)
        _ = mirror.apply(Self.page(7, [3], [Self.cell(3)]))
        _ = mirror.request(other)
        // The number is smaller, the epoch another: nothing that is kept counts.
        let fresh = Self.page(2, [3, 4], [Self.cell(4)], epoch: 4)
        #expect(mirror.apply(fresh) == nil)
    }
}
