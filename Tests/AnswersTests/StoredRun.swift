// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import ResultStore
import TestSupport
import Vocabulary

/// A run in a store of its own, of cells whose numbers a test chooses.
struct StoredRun: ~Copyable {
    /// A cell and its numbers.
    struct Cell {
        var model = "glow"
        var dataset = "mnist"
        var split = "test"
        var transform: TransformSpec = .identity
        var seed: UInt64 = 0
        /// The images' classes; their indices are 0, 3, 6, ….
        var labels: [UInt8]
        /// A value for each image.
        var columns: [String: [Float]]
        /// Images that are recorded, from the first.
        var recorded: Int?
        /// What stands for the model's weights.
        var weights = "weights"
    }

    private let folder: TemporaryFolder
    let store: ResultStore
    let id: String

    /// Records `cells` as a run of the sweep in `text`.
    init(_ cells: [Cell], id: String = "run", text: String = "name: sweep") throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(folder.path("results.sqlite"))
        self.id = try Self.record(cells, in: store, id: id, text: text)
        self.folder = folder
        self.store = store
    }

    /// Records `cells` as one more run of the store.
    func add(_ cells: [Cell], id: String) throws {
        _ = try Self.record(cells, in: store, id: id, text: "name: \(id)")
    }

    private static func record(_ cells: [Cell], in store: ResultStore, id: String, text: String) throws -> String {
        let owner = RunOwner(pid: 42, host: "here", since: Date(timeIntervalSince1970: 1_000_000))
        let request = RunRequest(
            id: id,
            sweep: "sweep",
            path: "sweep.yaml",
            text: text,
            digest: Digest(of: text.utf8),
            owner: owner
        )
        let run = try store.begin(request, at: owner.since).id
        let entries = try cells.map { cell in
            let slice = cell.slice
            try store.addSlice(slice.digest, indices: cell.indices, labels: cell.labels)
            return cell.entry(slice)
        }
        try store.setCells(of: run, to: entries)
        for (cell, entry) in zip(cells, entries) {
            let count = cell.recorded ?? cell.labels.count
            guard count > 0 else { continue }
            // Two parts, the later one first: an answer must not depend on who was faster.
            let middle = count / 2
            for range in [middle..<count, 0..<middle] where !range.isEmpty {
                _ = try store.record([cell.part(entry, range)], in: run, at: owner.since)
            }
        }
        try store.setState(.complete, of: run, at: owner.since)
        return run
    }

    deinit { try? store.close() }

    func path(_ name: String) -> String { folder.path(name) }

    /// Questions to it.
    func answers(_ filter: String = "", _ settings: AnswerSettings = AnswerSettings()) throws -> RunAnswers {
        try RunAnswers(store, run: id, filter: CellFilter(parsing: filter), settings: settings)
    }
}

extension StoredRun.Cell {
    var indices: [UInt32] { labels.indices.map { UInt32(3 * $0) } }

    fileprivate var slice: DatasetSlice {
        DatasetSlice(
            name: dataset,
            split: split,
            digest: Digest(of: "\(dataset) \(split) \(labels)".utf8),
            count: labels.count
        )
    }

    fileprivate func entry(_ slice: DatasetSlice) -> CellEntry {
        let identity = CellIdentity(
            model: Digest(of: "\(model) \(weights)".utf8),
            conditioning: .label,
            data: slice.digest,
            transform: transform,
            seed: seed,
            numericsVersion: 1
        )
        return CellEntry(id: identity.id, identity: identity, model: model, slice: slice)
    }

    fileprivate func part(_ entry: CellEntry, _ positions: Range<Int>) -> RecordedPart {
        let names = columns.keys.sorted { ($0 == "bpd" ? "" : $0) < ($1 == "bpd" ? "" : $1) }
        return RecordedPart(
            attempt: AttemptIdentity(
                shard: Shard(cell: entry.id, lower: positions.lowerBound, upper: positions.upperBound),
                attempt: 1,
                epoch: 1
            ),
            table: ResultTable(
                indices: Array(indices[positions]),
                columns: names.map { .init(name: $0, values: Array((columns[$0] ?? [])[positions])) }
            ),
            origin: PartOrigin(worker: "worker", host: "host", isa: "avx2"),
            seconds: 0.5
        )
    }
}
