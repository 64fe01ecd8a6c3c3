// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import TestSupport
import Vocabulary

/// A directory of its own for one test, with a store in it.
struct Scene: ~Copyable {
    private let folder: TemporaryFolder
    let store: ResultStore

    var directory: URL { folder.url }

    init() throws {
        let folder = try TemporaryFolder()
        store = try ResultStore.open(folder.path("results.sqlite"))
        self.folder = folder
    }

    deinit { try? store.close() }

    func path(_ name: String) -> String { folder.path(name) }

    /// Begins a run of the sweep called `sweep`.
    func begin(
        _ id: String,
        sweep: String = "sweep",
        at time: Date = Scene.time,
        by store: ResultStore? = nil
    ) throws -> BegunRun {
        let text = "name: \(sweep)"
        return try (store ?? self.store).begin(
            RunRequest(
                id: id,
                sweep: sweep,
                path: "Sweeps/\(sweep).yaml",
                text: text,
                digest: Digest(of: text.utf8),
                endpoint: "tcp://127.0.0.1:7700",
                owner: Scene.owner
            ),
            at: time
        )
    }

    /// Begins a run with these cells.
    func begin(_ id: String, sweep: String = "sweep", cells: [CellEntry]) throws {
        for slice in Set(cells.map(\.slice)) {
            try store.addSlice(slice.digest, indices: Scene.indices(slice), labels: Scene.labels(slice))
        }
        try store.setCells(of: try begin(id, sweep: sweep).id, to: cells)
    }

    static let time = Date(timeIntervalSince1970: 1_000_000)
    static let owner = RunOwner(pid: 42, host: "here", since: time)

    /// A data slice of `count` images, every third of its data set.
    static func slice(_ name: String = "mnist", count: Int) -> DatasetSlice {
        DatasetSlice(name: name, split: "test", digest: Digest(of: "\(name) \(count)".utf8), count: count)
    }

    static func indices(_ slice: DatasetSlice) -> [UInt32] { (0..<slice.count).map { UInt32(3 * $0) } }

    static func labels(_ slice: DatasetSlice) -> [UInt8] { (0..<slice.count).map { UInt8($0 % 10) } }

    static func cell(
        _ transform: TransformSpec = .identity,
        model: String = "glow",
        seed: UInt64 = 0,
        estimate: LikelihoodEstimate = .standard,
        slice: DatasetSlice = Scene.slice(count: 20)
    ) -> CellEntry {
        let identity = CellIdentity(
            model: Digest(of: "weights".utf8),
            conditioning: .label,
            estimate: estimate,
            data: slice.digest,
            transform: transform,
            seed: seed,
            numericsVersion: 1
        )
        return CellEntry(id: identity.id, identity: identity, model: model, slice: slice)
    }

    /// The result of the images at `positions`, which every correct worker agrees on: a function of cell and position.
    static func part(
        _ cell: CellEntry,
        _ positions: Range<Int>,
        columns: [String] = ["bpd", "nll"],
        worker: String = "worker"
    ) -> RecordedPart {
        RecordedPart(
            attempt: AttemptIdentity(
                shard: Shard(cell: cell.id, lower: positions.lowerBound, upper: positions.upperBound),
                attempt: 1,
                epoch: 1
            ),
            table: ResultTable(
                indices: Array(indices(cell.slice)[positions]),
                columns: columns.map { name in
                    .init(name: name, values: positions.map { value(cell, $0, name) })
                }
            ),
            origin: PartOrigin(worker: worker, host: "host", isa: "avx2"),
            seconds: 0.5
        )
    }

    static func value(_ cell: CellEntry, _ position: Int, _ column: String) -> Float {
        let bytes = Digest(of: "\(cell.id) \(position) \(column)".utf8).bytes
        // Any bits whatever: NaN, infinity and subnormal values must survive too.
        return Float(bitPattern: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    }
}

extension RunRecord {
    /// Cells, complete cells, images, recorded images.
    var totals: [Int] { [cells, done, images, recordedImages] }

    /// Images that are recorded, that were compared and equal, that were compared and different.
    var comparisons: [Int] { [recordedImages, duplicateImages, mismatchedImages] }
}

extension ExportSummary {
    /// Cells, incomplete cells, rows.
    var figures: [Int] { [cells, incompleteCells, rows] }
}
