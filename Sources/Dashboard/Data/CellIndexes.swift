// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Synchronization
import Vocabulary

/// What runs' cells are sorted and chosen by, kept for the runs that were looked at last.
final class CellIndexes: Sendable {
    private static let most = 4

    private let store: ResultStore
    private let indexes = Mutex<[(run: String, summaries: RunSummaries)]>([])

    init(_ store: ResultStore) { self.store = store }

    /// The cells of a page of the table, as of now.
    func page(of run: String, _ query: CellQuery, from start: Int) throws -> SummaryPage {
        let summaries = try index(of: run)
        try summaries.refresh()
        return try summaries.page(query, from: start, limit: Paging.size)
    }

    private func index(of run: String) throws -> RunSummaries {
        if let known = indexes.withLock({ $0.first { $0.run == run } }) { return known.summaries }
        let summaries = try RunSummaries(of: run, in: store)
        indexes.withLock { indexes in
            if indexes.count >= Self.most { indexes.removeFirst() }
            indexes.append((run, summaries))
        }
        return summaries
    }
}
