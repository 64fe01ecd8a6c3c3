// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

/// A PixelCNN++ ready for inference: weight norms folded, weights packed, memory for every thread of the pool.
///
/// T. Salimans, A. Karpathy, X. Chen, D. P. Kingma, "PixelCNN++: improving the PixelCNN with discretized logistic
/// mixture likelihood and other modifications", 2017.
///
/// Images are single-precision numbers in [-1, 1], 8-bit level v as (v/255 − ½)·2 (``input(level:)``), not dequantised,
/// as (images, rows, columns, 1) in one array; numbers between the levels are taken as they are. An image's results are
/// the same bits whatever it is batched with, on any number of threads, with any instruction set. NaN and infinity are
/// carried through, never hidden.
///
/// Any thread may call; calls take turns.
public final class PixelCNN: Sendable {
    /// Sizes and options of the model.
    public let configuration: PixelCNNConfiguration
    let mixture: LogisticMixture
    let kernels: KernelSet
    let pool: WorkPool
    private let u: PixelCNNStream
    private let ul: PixelCNNStream
    private let last: ShiftedConvolution
    /// For each thread, maps for 1, 2, … images.
    private let maps: [[PixelCNNMaps]]
    private let workspaces: [Workspace]
    /// Held for the length of a call, to which the maps belong.
    private let callLock = Mutex<Void>(())

    /// Images one thread works on at once: as fast as more, with 13 MB of activations each in the paper's
    /// configuration.
    private static let chunkSize = 2

    /// Prepares the model of `checkpoint`.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of the family `pixelcnn`.
    ///   - imageSize: Rows and columns of the images, multiples of 4; the checkpoint's by default.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when the checkpoint is no PixelCNN++ or cannot take images of that size.
    public init(
        _ checkpoint: Checkpoint,
        imageSize: ImageSize? = nil,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(CheckpointError) {
        guard case .pixelcnn(var configuration) = checkpoint.metadata.architecture else {
            throw CheckpointError(file: checkpoint.name, at: .metadata("family"), "not a pixelcnn")
        }
        if let imageSize { (configuration.height, configuration.width) = (imageSize.height, imageSize.width) }
        if let problem = configuration.problem { throw CheckpointError(file: checkpoint.name, problem) }
        self.configuration = configuration
        self.kernels = kernels
        self.pool = pool
        mixture = LogisticMixture(components: configuration.mixtures)
        u = PixelCNNStream(checkpoint.parameters, configuration, .u)
        ul = PixelCNNStream(checkpoint.parameters, configuration, .ul)
        last = ShiftedConvolution(
            checkpoint.parameters.scope(PixelCNNLayout.last),
            shift: .down,
            size: configuration.size(0)
        )
        maps = (0..<pool.threads).map { _ in
            var buffers: [AlignedBuffer] = []
            let descending = stride(from: Self.chunkSize, through: 1, by: -1).map {
                PixelCNNMaps(configuration, images: $0, for: .scoring, buffers: &buffers)
            }
            return descending.reversed()
        }
        let demand = Self.demand(u, ul, last, images: Self.chunkSize)
        workspaces = (0..<pool.threads).map { _ in Workspace(kernels: kernels, demand: demand, outputCount: 0) }
    }

    /// The model's input for an 8-bit level from 0 to 255: (level/255 − ½)·2.
    public static func input(level: Int) -> Float { LogisticMixture.input(level: level) }

    /// A workspace of its own for passes over that many images.
    func makeWorkspace(images: Int) -> Workspace {
        Workspace(kernels: kernels, demand: Self.demand(u, ul, last, images: images), outputCount: 0)
    }

    private static func demand(
        _ u: PixelCNNStream,
        _ ul: PixelCNNStream,
        _ last: ShiftedConvolution,
        images: Int
    ) -> Workspace.Demand {
        last.demand(images: images).union(u.demand(images: images)).union(ul.demand(images: images))
    }

    /// Computes the u stream's activations of `images` within `scope`.
    func forwardU(_ images: RowView, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
        u.forward(images, maps, scope)
    }

    /// Computes the ul stream's activations and the logits of `images` within `scope`.
    func forwardUL(_ images: RowView, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
        ul.forward(images, maps, scope)
        // The first half of a concatenated ELU is the ELU.
        let activated = maps.ul[0].down[configuration.downBlocks(0)].channels(0..<configuration.filters)
        scope.perform(0, configuration.size(0)) { pixels, workspace in
            last.forward(maps.logits, activated, pixels: pixels, workspace)
        }
    }

    /// Hands the logits of the images in every range to `body`, on whichever thread computed them.
    func forEachChunk(
        _ images: ArraySlice<Float>,
        _ body: @Sendable (_ range: Range<Int>, _ images: RowView, _ logits: RowView) -> Void
    ) {
        let pixels = configuration.size(0).pixels
        let count = images.count / pixels
        let source = RowView(AlignedBuffer(Array(images)), rows: images.count, channels: 1)
        @Sendable func run(_ range: Range<Int>, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
            let images = source.rows(range.lowerBound * pixels..<range.upperBound * pixels)
            forwardU(images, maps, scope)
            forwardUL(images, maps, scope)
            body(range, images, maps.logits)
        }
        callLock.withLock { _ in
            // Threads that can share one image: at the coarsest resolution it has few lines.
            let sharers = min(pool.threads, configuration.size(PixelCNNConfiguration.resolutions - 1).height)
            guard 2 * count > sharers else {
                for image in 0..<count { run(image..<image + 1, maps[0][0], .bands(workspaces, pool)) }
                return
            }
            let size = min(Self.chunkSize, (count + pool.threads - 1) / pool.threads)
            pool.forEach((count + size - 1) / size) { index, thread in
                let range = index * size..<min((index + 1) * size, count)
                run(range, maps[thread][range.count - 1], .everything(workspaces[thread]))
            }
        }
    }
}
