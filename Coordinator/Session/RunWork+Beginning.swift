// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import SweepPlan
import Vocabulary

extension RunWork {
    /// Begins a run of a planned sweep in the store, or continues the unfinished one of the same sweep.
    ///
    /// - Parameters:
    ///   - plan: The sweep, which is claimed.
    ///   - store: Where the run is noted.
    ///   - endpoint: Where the coordinator listens; `tail` and others read it in the store.
    /// - Throws: `ResultStoreError`; then no run is noted.
    init(beginning plan: PlannedSweep, in store: ResultStore, listening endpoint: String) throws {
        let begun = try Self.begin(plan, in: store, listening: endpoint)
        let cells = plan.grid.tally().cells
        self.init(
            run: begun.id,
            epoch: begun.epoch,
            isResumed: begun.resumed,
            host: ProcessInfo.processInfo.hostName,
            plan: plan,
            cellCount: cells,
            imageCount: plan.imageCount(cells: cells)
        )
    }

    /// Gives the run its cells and their images.
    func fill(_ store: ResultStore) throws {
        for dataset in plan.usedDatasets {
            try store.addSlice(dataset.slice.digest, indices: dataset.indices, labels: dataset.labels)
        }
        if try store.adoptCells(of: run, count: cellCount) { return }
        try store.setCells(of: run, to: cells.lazy.map(plan.entry))
    }

    /// That the store has an unfinished run of the same sweep with other settings; nil where it has none.
    func unfinishedOther(in store: ResultStore) throws -> String? {
        guard !isResumed else { return nil }
        let unfinished = try store.runs().first { other in
            other.sweep == plan.sweep.name && other.id != run && [.interrupted, .failed].contains(other.state)
        }
        guard let unfinished else { return nil }
        let theirs = SweepSettings(of: try store.sweepText(of: unfinished.id))
        guard theirs != settings else { return nil }
        let options = theirs.isEmpty ? "without options such as --set" : "with \(theirs.texts.joined(separator: " "))"
        let state = unfinished.state.rawValue
        return "run \(unfinished.id) of this sweep is \(state), too; it was begun \(options), which continues it"
    }

    private static func begin(
        _ plan: PlannedSweep,
        in store: ResultStore,
        listening endpoint: String
    ) throws -> BegunRun {
        let now = Date()
        let request = RunRequest(
            id: RunID.make(sweep: plan.sweep.name, at: now),
            sweep: plan.sweep.name,
            path: plan.path,
            text: plan.text,
            digest: plan.digest,
            endpoint: endpoint,
            owner: .own(since: now)
        )
        return try store.begin(request, at: now)
    }
}

extension PlannedSweep {
    /// The cell as the store keeps it.
    fileprivate func entry(_ spec: CellSpec) -> CellEntry {
        let identity = identity(of: spec)
        return CellEntry(id: identity.id, identity: identity, model: spec.model, slice: dataset(spec.dataset).slice)
    }
}
