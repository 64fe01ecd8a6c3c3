// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// A transformed cell beside the untransformed one, over the images that both have.
struct CellPair: Sendable {
    /// The transformed cell.
    let cell: RunCell
    /// Columns of both.
    let columns: PairedColumns
    /// Draws of these images, the same for all cells of a slice.
    let bootstrap: StratifiedBootstrap
}

/// Reads the cells that a question is about, each with its untransformed one, a few at a time.
struct CellPairs {
    private let answers: RunAnswers
    private let wanted: (String) -> Bool
    private let isWanted: (RunCell) -> Bool
    private var withoutIdentity: [RunCell] = []
    private var empty = 0
    private var bootstraps: SliceBootstraps

    /// The transformed cells that pass the filter of `answers`, and `isWanted`; of their columns those that `wanted` picks.
    init(
        _ answers: RunAnswers,
        cells isWanted: @escaping (RunCell) -> Bool = { _ in true },
        columns wanted: @escaping (String) -> Bool
    ) {
        self.answers = answers
        bootstraps = SliceBootstraps(answers.settings)
        self.isWanted = isWanted
        self.wanted = wanted
    }

    /// Makes something of each pair, several at the same time, and hands it on in the order of the cells.
    ///
    /// - Parameters:
    ///   - make: Called by several threads.
    ///   - take: Called by this one.
    /// - Throws: `ResultStoreError`, or what `take` throws.
    mutating func forEach<Made: Sendable>(
        _ make: @Sendable (CellPair) -> Made,
        _ take: (Made) throws -> Void
    ) throws {
        for (subject, cells) in answers.selected(where: { !$0.isIdentity && isWanted($0) }) {
            guard let identity = answers.identities[subject] else {
                withoutIdentity += cells
                continue
            }
            let before = try answers.store.values(of: identity.id, where: wanted)
            let step = max(1, answers.settings.threads)
            for start in stride(from: 0, to: cells.count, by: step) {
                let pairs = try cells[start..<min(start + step, cells.count)].compactMap { cell in
                    try pair(cell, before)
                }
                for made in pairs.concurrentMap(make) { try take(made) }
            }
        }
    }

    /// What could not be paired.
    var notes: [String] {
        var notes: [String] = []
        if let first = withoutIdentity.first {
            notes.append(
                "\(counted(withoutIdentity.count, "cell", "has", "have")) no identity cell in the run to be compared with, "
                    + "such as \(first.briefTransform) of \(Subject(first))."
            )
        }
        if empty > 0 { notes.append("\(counted(empty, "cell", "has", "have")) no recorded image yet.") }
        return notes
    }

    private mutating func pair(_ cell: RunCell, _ before: CellColumns) throws -> CellPair? {
        let columns = PairedColumns(after: try answers.store.values(of: cell.id, where: wanted), before: before)
        guard !columns.indices.isEmpty else {
            empty += 1
            return nil
        }
        return CellPair(cell: cell, columns: columns, bootstrap: bootstraps.bootstrap(columns.labels))
    }
}
