// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Kernels
import Networks
import Transforms
public import Vocabulary

/// Computes shards: from a specification to a table.
///
/// The last models, data sets and Glow encodings stay in memory, since the shards of a cell, and of neighbouring cells,
/// need the same ones; no number depends on what is there. A value belongs to one thread; the work inside is spread
/// over the pool.
public struct ShardEngine {
    /// Most images that pass through together; bounds the memory of a shard.
    private static let largestBatch = 512
    /// Images of a batch for each thread: enough that threads seldom wait for each other at its end.
    private static let imagesPerThread = 16
    /// Models that stay loaded.
    private static let modelCount = 4
    /// Bytes of data sets that are kept: two times MNIST's training images.
    private static let datasetBytes = 96 << 20
    /// Bytes of encodings that are kept of one model and data set: those of 4096 images of 32×32.
    private static let encodingBytes = 48 << 20

    private let batchSize: Int
    private let library: DatasetLibrary
    private let kernels: KernelSet
    private let pool: WorkPool
    private let freeMemory: @Sendable () -> Int?
    private let isLoading: @Sendable (ModelMemory) -> Void
    private let scorers: (any ExternalScorers)?
    private var models = LRUCache<Digest, (facts: ModelFacts, network: LoadedModel)>(limit: modelCount)
    private var datasets = LRUCache<DatasetSpec, ImageDataset>(limit: datasetBytes) {
        $0.pixels.count + $0.labels.count
    }
    private var encodings = EncodingCache(limit: encodingBytes, contexts: 2)

    /// An engine that has nothing loaded.
    ///
    /// - Parameters:
    ///   - library: Where data sets are looked for.
    ///   - kernels: What computes.
    ///   - pool: What the work is spread over.
    ///   - freeMemory: Bytes of memory that are free, asked before a checkpoint is loaded; nil where nobody knows.
    ///   - isLoading: Told what loading a checkpoint takes, before it is loaded.
    ///   - scorers: What computes external models; without any, such a shard is an error.
    public init(
        library: DatasetLibrary,
        kernels: KernelSet,
        pool: WorkPool,
        freeMemory: @escaping @Sendable () -> Int? = { nil },
        isLoading: @escaping @Sendable (ModelMemory) -> Void = { _ in },
        scorers: (any ExternalScorers)? = nil
    ) {
        let batchSize = min(Self.largestBatch, max(32, Self.imagesPerThread * pool.threads))
        self.init(
            library: library,
            kernels: kernels,
            pool: pool,
            batchSize: batchSize,
            freeMemory: freeMemory,
            isLoading: isLoading,
            scorers: scorers
        )
    }

    /// An engine that computes `batchSize` images at a time.
    init(
        library: DatasetLibrary,
        kernels: KernelSet,
        pool: WorkPool,
        batchSize: Int,
        freeMemory: @escaping @Sendable () -> Int? = { nil },
        isLoading: @escaping @Sendable (ModelMemory) -> Void = { _ in },
        scorers: (any ExternalScorers)? = nil
    ) {
        self.batchSize = batchSize
        self.library = library
        self.kernels = kernels
        self.pool = pool
        self.freeMemory = freeMemory
        self.isLoading = isLoading
        self.scorers = scorers
    }

    /// The table of `spec`.
    ///
    /// - Parameters:
    ///   - spec: The shard.
    ///   - supply: Gets the files that this machine lacks; without one, a missing file is an error.
    ///   - progress: Told how many images are done, now and then; the rest is not computed when it returns false.
    /// - Returns: A row for each image, in the order of the shard.
    /// - Throws: `EngineError`; `.cancelled` when `progress` or `supply` says that the shard is no longer wanted.
    public mutating func score(
        _ spec: ShardSpec,
        supply: (any FileSupply)? = nil,
        progress: (Int) -> Bool = { _ in true }
    ) throws(EngineError) -> ResultTable {
        let files = files(supply)
        let model = try model(spec.model, files)
        let dataset = try dataset(spec.dataset, supply: supply)
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels, pool: pool)
        var table = ResultTable(indices: spec.indices, columns: [])
        // Draws take as much memory as images.
        let batchSize = model.subject.batchSize(max(1, batchSize / spec.model.estimate.draws))
        var scored = 0
        let batches = inputs.batches(of: batchSize)
        // A shard of no images has its columns too.
        for images in batches.isEmpty ? [[]] : batches {
            let columns = try model.subject.columns(of: images, inputs, spec, &encodings)
            if table.columns.isEmpty {
                table.columns = columns
            } else {
                guard columns.map(\.name) == table.columns.map(\.name) else {
                    throw .unfit("'\(spec.model.name)' gave other columns for other images of the shard")
                }
                for position in columns.indices { table.columns[position].values += columns[position].values }
            }
            scored += images.count
            guard progress(scored) else { throw .cancelled }
        }
        return table
    }

    /// What the model of `spec` is shown: each image after everything that is done to it before it is scored.
    ///
    /// Where latents are scaled that is the decoded image, clamped or re-quantised where the transformation says so.
    ///
    /// - Parameters:
    ///   - spec: The shard.
    ///   - supply: Gets the files that this machine lacks; without one, a missing file is an error.
    /// - Returns: An image for each index, in the order of the shard.
    /// - Throws: `EngineError`.
    public mutating func view(
        _ spec: ShardSpec,
        supply: (any FileSupply)? = nil
    ) throws(EngineError) -> ModelView {
        let model = try model(spec.model, files(supply))
        let dataset = try dataset(spec.dataset, supply: supply)
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels, pool: pool)
        var images: [[Float]] = []
        for batch in inputs.batches(of: batchSize) {
            images += try model.subject.seen(batch, inputs, spec, &encodings)
        }
        return ModelView(images, model.facts)
    }

    /// What a model of these facts is shown, without the model itself.
    ///
    /// - Parameters:
    ///   - spec: The shard; its transformation must not scale latents.
    ///   - facts: Of its model.
    /// - Returns: An image for each index, in the order of the shard.
    /// - Throws: `EngineError`.
    package mutating func view(_ spec: ShardSpec, of facts: ModelFacts) throws(EngineError) -> ModelView {
        guard !spec.transform.kind.needsLatents else { throw .unfit("\(spec.transform.name) needs the model itself") }
        let dataset = try dataset(spec.dataset)
        let inputs = try ShardInputs(spec, model: facts, dataset: dataset, kernels: kernels, pool: pool)
        return ModelView(inputs.pixels(of: inputs.images), facts)
    }

    /// What the scores of `spec` are computed from: the images, the random numbers, and what the network is given.
    ///
    /// - Parameters:
    ///   - spec: The shard.
    ///   - supply: Gets the files that this machine lacks; without one, a missing file is an error.
    /// - Returns: The numbers of each index, in the order of the shard.
    /// - Throws: `EngineError`.
    public mutating func inputs(
        _ spec: ShardSpec,
        supply: (any FileSupply)? = nil
    ) throws(EngineError) -> ModelInputs {
        let model = try model(spec.model, files(supply))
        let dataset = try dataset(spec.dataset, supply: supply)
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels, pool: pool)
        var given: [[Float]] = []
        for batch in inputs.batches(of: batchSize) {
            given += try model.subject.given(batch, inputs, spec, &encodings)
        }
        let facts = model.facts
        let shape = ImageShape(height: facts.height, width: facts.width, channels: facts.channels)
        let draws = inputs.images.map { inputs.draws(ofImage: $0) }
        let isDequantised = facts.family.pixelScale == .dequantised
        return ModelInputs(
            originalShape: dataset.shape,
            originals: inputs.images.map { dataset.image(at: $0).pixels.map { Float($0) } },
            shape: shape,
            given: given,
            dequantisation: isDequantised ? draws.map { $0.dequantisation(shape.count) } : [],
            noise: spec.transform.noises.mapValues { noise, repetition in
                draws.map { noise.randomNumbers(shape.count, draws: $0.repeated(repetition)) }
            }
        )
    }

    /// What each pixel of the images of `spec` costs given those before it, in bits; an image's costs sum to its nll / ln 2.
    ///
    /// - Parameters:
    ///   - spec: The shard; its model must be an autoregressive one.
    ///   - supply: Gets the files that this machine lacks; without one, a missing file is an error.
    /// - Returns: For each index, in the order of the shard, (rows, columns) numbers.
    /// - Throws: `EngineError`; `.unfit` for a model that does not code pixel by pixel.
    public mutating func codeLengths(
        _ spec: ShardSpec,
        supply: (any FileSupply)? = nil
    ) throws(EngineError) -> [[Float]] {
        let model = try model(spec.model, files(supply))
        guard case .network(.pixelcnn(let pixelcnn)) = model.subject else {
            let family = model.facts.family.phrase
            throw .unfit("'\(spec.model.name)' is \(family), which gives no pixel a length of its own; a pixelcnn does")
        }
        let dataset = try dataset(spec.dataset, supply: supply)
        let inputs = try ShardInputs(spec, model: model.facts, dataset: dataset, kernels: kernels, pool: pool)
        let pixels = model.facts.height * model.facts.width
        var images: [[Float]] = []
        for batch in inputs.batches(of: batchSize) {
            let lengths: [Float]
            do {
                lengths = try pixelcnn.codeLengths(
                    inputs.values(of: batch).numbers,
                    intervals: spec.model.estimate.kind == .interval
                )
            } catch {
                throw .unfit("\(error)")
            }
            images += batch.indices.map { Array(lengths[$0 * pixels..<($0 + 1) * pixels]) }
        }
        return images
    }

    /// The data set of `wanted`, as shards see it.
    ///
    /// - Parameters:
    ///   - wanted: The data set.
    ///   - supply: Gets its files where this machine lacks them.
    /// - Returns: Its images, kept for the next caller.
    /// - Throws: `EngineError`.
    public mutating func dataset(
        _ wanted: DatasetSpec,
        supply: (any FileSupply)? = nil
    ) throws(EngineError) -> ImageDataset {
        let files = files(supply)
        return try datasets.value(of: wanted) { () throws(EngineError) in try files.dataset(wanted) }
    }

    private func files(_ supply: (any FileSupply)?) -> ShardFiles {
        ShardFiles(library: library, supply: supply, freeMemory: freeMemory, isLoading: isLoading)
    }

    private mutating func model(
        _ model: ModelSpec,
        _ files: ShardFiles
    ) throws(EngineError) -> (facts: ModelFacts, subject: ShardModel) {
        if let external = model.location.external {
            guard external.digest == model.digest else {
                throw .changedModel("'\(model.name)': what it asks a scorer for has another digest than its cells")
            }
            return (external.facts, .external(external, scorers))
        }
        // Locals: the closure must not reach for self while its cache is being changed.
        let (kernels, pool) = (kernels, pool)
        let loaded = try models.value(of: model.digest) { () throws(EngineError) in
            let checkpoint = try files.checkpoint(model)
            do {
                return (checkpoint.facts, try LoadedModel(checkpoint, kernels: kernels, pool: pool))
            } catch {
                // Its bytes are the right ones: nobody can make anything else of them.
                throw .unfit("\(error)")
            }
        }
        return (loaded.facts, .network(loaded.network))
    }
}

extension TransformSpec {
    /// The noises that are added, each with how many have been before it, by what filters call them.
    fileprivate var noises: [String: (noise: Noise, repetition: Int)] {
        let all = zip(kind.memberNames, members).compactMap { name, member in
            member.as(Noise.self).map { (name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.0, ($1.1, $0)) })
    }
}

extension ModelView {
    fileprivate init(_ images: [[Float]], _ facts: ModelFacts) {
        self.init(
            shape: ImageShape(height: facts.height, width: facts.width, channels: facts.channels),
            images: images,
            white: facts.family.pixelScale.brightest
        )
    }
}
