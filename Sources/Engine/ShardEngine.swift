// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Kernels
import Networks
public import SweepPlan

/// Computes shards: from a specification to a table.
///
/// The last models, data sets and Glow encodings stay in memory, since the shards of a cell, and of neighbouring cells,
/// need the same ones; no number depends on what is there. A value belongs to one thread; the work inside is spread over
/// the pool.
public struct ShardEngine {
    /// Images that pass through together; bounds the memory of a shard.
    static let standardPortion = 512
    /// Bytes of data sets that are kept: two times MNIST's training images.
    private static let datasetBytes = 96 << 20
    /// Bytes of encodings that are kept of one model and data set: those of 4096 images of 32×32.
    private static let encodingBytes = 48 << 20

    private let portion: Int
    private let library: DatasetLibrary
    private let kernels: KernelSet
    private let pool: WorkPool
    private var models = RecentCache<Digest, LoadedModel>(limit: 4)
    private var datasets = RecentCache<ShardSpec.Dataset, ImageDataset>(limit: datasetBytes) {
        $0.pixels.count + $0.labels.count
    }
    private var shelf = EncodingShelf(limit: encodingBytes, sources: 2)

    /// An engine that has nothing loaded.
    public init(library: DatasetLibrary, kernels: KernelSet, pool: WorkPool) {
        self.init(library: library, kernels: kernels, pool: pool, portion: Self.standardPortion)
    }

    /// An engine that computes `portion` images at a time.
    init(library: DatasetLibrary, kernels: KernelSet, pool: WorkPool, portion: Int) {
        self.portion = portion
        self.library = library
        self.kernels = kernels
        self.pool = pool
    }

    /// The table of `spec`; `progress` is told how many images are done, now and then.
    ///
    /// - Throws: `EngineError`.
    public mutating func score(_ spec: ShardSpec, progress: (Int) -> Void = { _ in }) throws(EngineError) -> ResultTable
    {
        let model = try model(spec.model)
        let dataset = try dataset(spec.dataset)
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels, pool: pool)
        var table = ResultTable(indices: spec.indices, columns: [])
        // A shard of no images has its columns too.
        for start in stride(from: 0, to: max(inputs.images.count, 1), by: portion) {
            let images = Array(inputs.images[start..<min(start + portion, inputs.images.count)])
            let columns = try model.columns(of: images, inputs, spec, &shelf)
            if table.columns.isEmpty {
                table.columns = columns
            } else {
                for position in columns.indices { table.columns[position].values += columns[position].values }
            }
            progress(start + images.count)
        }
        return table
    }

    private mutating func model(_ model: ShardSpec.Model) throws(EngineError) -> LoadedModel {
        do {
            // Locals: the closure must not reach for self while its cache is being changed.
            let (kernels, pool) = (kernels, pool)
            return try models.value(of: model.digest) {
                let checkpoint = try model.location.load()
                guard checkpoint.digest == model.digest else {
                    throw EngineError.model(
                        "\(model.location.text): SHA-256 \(checkpoint.digest), the coordinator's is \(model.digest); "
                            + "copy the coordinator's file to this machine"
                    )
                }
                return try LoadedModel(checkpoint, kernels: kernels, pool: pool)
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw .model("\(error)")
        }
    }

    private mutating func dataset(_ wanted: ShardSpec.Dataset) throws(EngineError) -> ImageDataset {
        do {
            let library = library
            return try datasets.value(of: wanted) {
                let found = try library.load(wanted.source, name: wanted.name, split: wanted.split)
                guard found.digest == wanted.digest else {
                    throw EngineError.data(
                        "data set '\(wanted.name)' (\(wanted.split)) has digest \(found.digest), the coordinator's has "
                            + "\(wanted.digest); use the same files on both"
                    )
                }
                return found
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw .data("\(error)")
        }
    }
}
