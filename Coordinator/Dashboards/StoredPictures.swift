// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import CommandLine
import Dashboard
import Datasets
import Engine
import Figures
import Kernels
import ResultStore
import Synchronization
import Vocabulary

/// Makes images of stored cells again, with one thread: what it costs must not be missed by a run.
final class StoredPictures: CellPictures {
    private let store: ResultStore
    private let library: DatasetLibrary
    private let engine = Mutex<ShardEngine?>(nil)

    /// Images are made from data sets of `library`, and from checkpoints where the run had them.
    init(store: ResultStore, library: DatasetLibrary) {
        self.store = store
        self.library = library
    }

    func pictures(of id: CellID, in run: String, count: Int) throws -> [CellPicture] {
        let answers = try RunAnswers(store, run: run)
        let cell = try answers.cell(named: id.description)
        let rows = try answers.examples(of: cell, first: count, by: .change)
        let indices = rows.map(\.index).sorted()
        var shard = try StoredWork(of: answers.run, in: store, library: library).shard(of: cell, indices: indices)
        let (before, after) = try engine.withLock { engine in
            var usable = try engine ?? made()
            defer { engine = usable }
            let after = try usable.view(shard)
            shard.transform = .identity
            return (try usable.view(shard), after)
        }
        let places = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
        return try rows.compactMap { row in
            guard let place = places[row.index] else { return nil }
            return CellPicture(
                index: row.index,
                label: row.label,
                before: Double(row.before),
                after: Double(row.after),
                original: try Self.png(before, place),
                transformed: try Self.png(after, place)
            )
        }
    }

    private func made() throws -> ShardEngine {
        ShardEngine(library: library, kernels: KernelSet(try InstructionSet.ofProcess()), pool: WorkPool(threads: 1))
    }

    private static func png(_ view: ModelView, _ place: Int) throws -> [UInt8] {
        let shape = view.shape
        return try PNG.bytes(
            view.bytes[place],
            height: shape.height,
            width: shape.width,
            channels: shape.channels
        )
    }
}
