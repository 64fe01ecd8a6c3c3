// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

/// A Glow ready for inference: weights folded and packed, memory for every thread of the pool.
///
/// Images are single-precision numbers in [-0.5, 0.5), already dequantised, as (images, rows, columns, channels) in one
/// array. An image's results are the same bits whatever it is batched with, on any number of threads, with any
/// instruction set. NaN and infinity are carried through, never hidden.
///
/// Any thread may call; calls take turns.
public final class Glow: Sendable {
    /// Sizes and options of the model.
    public let configuration: GlowConfiguration
    let levels: [GlowLevel]
    let top: TopPrior
    let kernels: KernelSet
    private let pool: WorkPool
    /// Images one thread works on at once: enough for full register tiles at the last levels, few enough for the
    /// caches.
    private let chunkSize: Int
    private let arenas: [GlowArena]
    /// For passes of few images, which all threads run together: a band each, all in the first arena's memory.
    private let bands: [GlowArena]
    /// Held for the length of a call, to which all arenas belong.
    private let callLock = Mutex<Void>(())

    /// Prepares the model of `checkpoint`.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of the family `glow`.
    ///   - imageSize: Rows and columns of the images; the checkpoint's by default. A Glow is made of convolutions, so
    ///     any size that can be halved once per level works.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when the checkpoint is no Glow, or a permutation in it is none.
    public init(
        _ checkpoint: Checkpoint,
        imageSize: ImageSize? = nil,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(CheckpointError) {
        guard case .glow(var configuration) = checkpoint.metadata.architecture else {
            throw CheckpointError(file: checkpoint.name, at: .metadata("family"), "not a glow")
        }
        if let imageSize { (configuration.height, configuration.width) = (imageSize.height, imageSize.width) }
        if let problem = configuration.problem { throw CheckpointError(file: checkpoint.name, problem) }
        var levels: [GlowLevel] = []
        for level in 1...configuration.levels {
            levels.append(try GlowLevel(checkpoint, configuration, level: level))
        }
        let demand = levels.reduce(Workspace.Demand()) { $0.union($1.demand) }
        let dimensions = configuration.dimensions
        self.configuration = configuration
        self.levels = levels
        self.kernels = kernels
        self.pool = pool
        top = TopPrior(
            checkpoint.parameters.scope(GlowLayout.topPrior),
            channels: configuration.extent(level: configuration.levels).channels,
            classes: configuration.classes,
            learned: configuration.learnedTop
        )
        let chunkSize = max(1, min(32, (1 << 17) / dimensions))
        self.chunkSize = chunkSize
        let arenas = (0..<pool.threads).map { _ in
            GlowArena(kernels: kernels, demand: demand, images: chunkSize, dimensions: dimensions)
        }
        self.arenas = arenas
        // At least two lines of the first level for each thread: the lines beside a band's are convolved twice.
        let parties = max(1, min(pool.threads, levels[0].extent.height / 2))
        bands = zip(Band.split(Barrier(parties: parties)), arenas).map { band, own in
            GlowArena(band, of: arenas[0], scratch: own)
        }
    }

    /// Splits `count` images into ranges of at most `chunkSize` and hands each to a free thread, with that thread's
    /// arena.
    ///
    /// Images for at most half of the threads are one range, which all threads get at once, each with its band.
    func forEachChunk(_ count: Int, _ body: @Sendable (Range<Int>, inout GlowArena) -> Void) {
        callLock.withLock { _ in
            if count > 0 && count <= chunkSize && 2 * count <= pool.threads {
                return pool.forEach(bands.count) { band, _ in
                    var arena = bands[band]
                    body(0..<count, &arena)
                }
            }
            // As many ranges as keep all threads busy to the end, as equal as can be.
            let rounds = (count + chunkSize * pool.threads - 1) / (chunkSize * pool.threads)
            let ranges = rounds * pool.threads
            pool.forEach(ranges) { index, thread in
                var arena = arenas[thread]
                let range = count * index / ranges..<count * (index + 1) / ranges
                if !range.isEmpty { body(range, &arena) }
            }
        }
    }
}
