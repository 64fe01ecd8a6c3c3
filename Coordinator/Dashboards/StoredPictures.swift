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
        let (before, after) = try engine.withLock { engine in
            let work = try StoredWork(of: answers.run, in: store, library: library)
            var images = StoredImages(work, try engine ?? StoredImages.engine(library, threads: 1))
            defer { engine = images.engine }
            return try images.views(of: cell, at: indices)
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
