// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Kernels
import Networks
public import SweepPlan
import Transforms

/// Computes shards: from a specification to a table.
///
/// The last models and data sets stay in memory, since the shards of a cell, and of neighbouring cells, need the same
/// ones. A value belongs to one thread; the work inside is spread over the pool.
public struct ShardEngine {
    /// Images that pass through together; bounds the memory of a shard.
    private static let portion = 512

    private let library: DatasetLibrary
    private let kernels: KernelSet
    private let pool: WorkPool
    private var models = RecentCache<Digest, LoadedModel>(limit: 4)
    private var datasets = RecentCache<ShardSpec.Dataset, ImageDataset>(limit: 4)

    /// An engine that has nothing loaded.
    public init(library: DatasetLibrary, kernels: KernelSet, pool: WorkPool) {
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
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels)
        var table = ResultTable(indices: spec.indices, columns: [])
        for start in stride(from: 0, to: spec.indices.count, by: Self.portion) {
            let range = start..<min(start + Self.portion, spec.indices.count)
            let columns = try model.score(inputs.portion(range, pool: pool), under: spec)
            if table.columns.isEmpty {
                table.columns = columns
            } else {
                for position in columns.indices { table.columns[position].values += columns[position].values }
            }
            progress(range.upperBound)
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
