// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Synchronization
import Vocabulary
import WireProtocol

/// Gives pages of a run's cells, read from its store as they are asked for.
///
/// Many may ask: what changed is looked at once for all of them, and no more often than every second.
final class CellPages: Sendable {
    private let epoch: UInt64
    private let interval: Duration
    private let bytes: Int
    private let summaries: RunSummaries
    private let nextLook = Mutex<ContinuousClock.Instant?>(nil)

    /// The cells of a run.
    ///
    /// - Parameters:
    ///   - run: The run's id.
    ///   - store: Where it is.
    ///   - epoch: What numbers of changes are counted in; another one in every life of a coordinator.
    ///   - interval: How often it is looked at what changed.
    ///   - bytes: About how large a page may be.
    /// - Throws: `ResultStoreError.unknownRun`.
    init(
        of run: String,
        in store: ResultStore,
        epoch: UInt64,
        interval: Duration = .seconds(1),
        bytes: Int = WireLimits.bytesPerPage
    ) throws {
        self.epoch = epoch
        self.interval = interval
        self.bytes = bytes
        summaries = try RunSummaries(of: run, in: store)
    }

    /// The page that is asked for, of a moment that is at most a second ago.
    func page(_ request: CellPageRequest) throws -> CellPage {
        let number = try look()
        let places = try summaries.places(request.query)
        let start = min(request.start, places.count)
        let wanted = places[start..<min(places.count, start + request.limit)]
        let isKnown = request.epoch == epoch && request.since <= number && request.since > 0
        let changed = isKnown ? summaries.changed(wanted, since: request.since) : Set(wanted)
        let cells = try summaries.cells(at: wanted.filter(changed.contains).map(Int.init))
        var page = CellPage(epoch: epoch, number: number, total: places.count, start: start)
        page.add(wanted, of: cells, changed: changed, atMost: self.bytes)
        if let selected = request.selected, let cell = try summaries.cells(at: [selected]).first {
            let position = places.firstIndex(of: Int32(clamping: selected))
            page.selected = CellPage.Selected(cell: cell, position: position)
        }
        if request.wantsScales { page.scales = try summaries.scales() }
        return page
    }

    /// Looks at what changed, if that is due.
    private func look() throws -> UInt64 {
        try nextLook.withLock { next in
            if let next, .now < next { return summaries.number }
            let number = try summaries.refresh()
            next = .now + interval
            return number
        }
    }
}

extension CellPage {
    /// Takes in the places that are wanted and those of their cells that changed, as long as they are not too large.
    fileprivate mutating func add(
        _ wanted: ArraySlice<Int32>,
        of cells: [SummarisedCell],
        changed: Set<Int32>,
        atMost limit: Int
    ) {
        var bytes = 0
        var rest = cells[...]
        for place in wanted {
            if changed.contains(place) {
                guard let cell = rest.first, cell.ordinal == Int(place) else { continue }
                bytes += cell.approximateBytes
                if bytes > limit, !ordinals.isEmpty { return }
                self.cells.append(cell)
                rest.removeFirst()
            }
            ordinals.append(Int(place))
        }
    }
}

extension SummarisedCell {
    /// About as many bytes as a message takes for the cell.
    fileprivate var approximateBytes: Int {
        let names = spec.model.utf8.count + spec.dataset.utf8.count + spec.transform.parameters.utf8.count
        guard let summary else { return 128 + names }
        let groups = [summary.all] + summary.classes
        return 128 + names + groups.reduce(0) { $0 + 120 + 3 * $1.histogram.counts.count }
    }
}
