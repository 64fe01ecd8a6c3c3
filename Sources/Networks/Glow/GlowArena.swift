// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

/// The memory in which one thread runs a Glow: two buffers for the flow's state, and a workspace for its layers.
struct GlowArena: Sendable {
    let workspace: Workspace
    private var current: AlignedBuffer
    private var other: AlignedBuffer

    /// Memory for `images` images of `dimensions` numbers; the layers' networks put out up to twice as many.
    init(kernels: KernelSet, demand: Workspace.Demand, images: Int, dimensions: Int) {
        workspace = Workspace(kernels: kernels, demand: demand, outputCount: 2 * images * dimensions)
        current = AlignedBuffer(count: images * dimensions)
        other = AlignedBuffer(count: images * dimensions)
    }

    /// For a pass in `shared`'s memory: one thread's `band` of it, in whose kernel calls the thread uses the working
    /// memory of `own`.
    init(_ band: Band, of shared: GlowArena, scratch own: GlowArena) {
        workspace = Workspace(band, of: shared.workspace, scratch: own.workspace)
        current = shared.current
        other = shared.other
    }

    /// The buffer that holds the state.
    func front(rows: Int, channels: Int) -> RowView {
        RowView(current, rows: rows, channels: channels)
    }

    /// Makes the other buffer the front.
    mutating func swap() {
        (current, other) = (other, current)
    }
}

/// The arenas of all threads, and how the images of a call are shared among them.
final class GlowArenas: Sendable {
    private let pool: WorkPool
    /// Images one thread works on at once: enough for full register tiles at the last levels, few enough for the
    /// caches.
    private let chunkSize: Int
    private let arenas: [GlowArena]
    /// For passes of few images, which all threads run together: a band each, all in the first arena's memory.
    private let bands: [GlowArena]
    /// Held for the length of a call, to which all arenas belong.
    private let callLock = Mutex<Void>(())

    init(_ network: GlowNetwork, kernels: KernelSet, pool: WorkPool) {
        let dimensions = network.configuration.dimensions
        let chunkSize = max(1, min(32, (1 << 17) / dimensions))
        let arenas = (0..<pool.threads).map { _ in
            GlowArena(kernels: kernels, demand: network.demand, images: chunkSize, dimensions: dimensions)
        }
        self.pool = pool
        self.chunkSize = chunkSize
        self.arenas = arenas
        // At least two lines of the first level for each thread: the lines beside a band's are convolved twice.
        let parties = max(1, min(pool.threads, network.levels[0].extent.height / 2))
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
