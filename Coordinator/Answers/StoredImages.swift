// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Figures
import Kernels
import ResultStore
import Vocabulary

/// Images of a run's cells as the models see them, made again on this machine from what the cells were computed from.
struct StoredImages {
    let work: StoredWork
    /// What makes them; it keeps the models and the data sets that it has read.
    private(set) var engine: ShardEngine

    /// Images of what `work` finds, made by `engine`.
    init(_ work: StoredWork, _ engine: ShardEngine) {
        (self.work, self.engine) = (work, engine)
    }

    /// Images of the cells of `run`.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - store: Its store.
    ///   - library: Where data sets are looked for.
    ///   - checkpoints: Files that are taken for checkpoints whose own path leads nowhere.
    ///   - advice: How a user names a checkpoint that is missing.
    /// - Throws: `MissingSource`, `ResultStoreError`.
    init(
        of run: RunRecord,
        in store: ResultStore,
        library: DatasetLibrary,
        checkpoints: [String] = [],
        advice: String = "name the file with --checkpoint"
    ) throws {
        self.init(
            try StoredWork(of: run, in: store, library: library, checkpoints: checkpoints, advice: advice),
            try Self.engine(library, threads: AvailableProcessors.own.count)
        )
    }

    /// An engine with the instruction set of this process.
    static func engine(_ library: DatasetLibrary, threads: Int) throws -> ShardEngine {
        ShardEngine(
            library: library,
            kernels: KernelSet(try InstructionSet.ofProcess()),
            pool: WorkPool(threads: threads)
        )
    }

    /// The images at `indices`, which ascend, as the model of `cell` is shown them.
    ///
    /// - Throws: `MissingSource` with what is needed, `EngineError`.
    mutating func view(of cell: RunCell, at indices: [UInt32]) throws -> ModelView {
        try engine.view(work.shard(of: cell, indices: indices))
    }

    /// The same images untransformed and transformed; a run need not have the untransformed cell.
    mutating func views(
        of cell: RunCell,
        at indices: [UInt32]
    ) throws -> (original: ModelView, transformed: ModelView) {
        var shard = try work.shard(of: cell, indices: indices)
        let transformed = try engine.view(shard)
        shard.transform = .identity
        return (try engine.view(shard), transformed)
    }

    /// The images at `indices` on 0…255.
    mutating func pictures(of cell: RunCell, at indices: [UInt32]) throws -> [PixelImage] {
        let view = try view(of: cell, at: indices)
        return view.bytes.map { bytes in
            PixelImage(height: view.shape.height, width: view.shape.width, channels: view.shape.channels, pixels: bytes)
        }
    }

    /// The bits of each of their pixels.
    ///
    /// - Throws: `EngineError` for other models than autoregressive ones.
    mutating func codeLengths(of cell: RunCell, at indices: [UInt32]) throws -> [[Double]] {
        try engine.codeLengths(work.shard(of: cell, indices: indices)).map { $0.map { Double($0) } }
    }
}
