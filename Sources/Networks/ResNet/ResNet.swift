// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

/// A residual classifier ready for inference: batch normalisations folded into packed weights, memory for every thread.
///
/// Images are single-precision numbers as (images, rows, columns, channels) in one array, on the scale (v/255 − 0.5)·2
/// of 8-bit pixels v, without noise: a classifier asks for no density, so nothing is dequantised. An image's logits are
/// the same bits whatever it is batched with, on any number of threads, with any instruction set. NaN and infinity are
/// carried through, never hidden.
///
/// Any thread may call; calls take turns.
public final class ResNet: Sendable {
    /// Sizes of the model.
    public let configuration: ResNetConfiguration
    private let stem: NormalisedConvolution
    private let blocks: [ResidualBlock]
    private let average: GlobalAveragePool
    private let head: Linear
    private let pool: WorkPool
    /// Images one thread works on at once: few enough for the caches.
    private let chunkSize: Int
    private let arenas: [ResNetArena]
    /// Held for the length of a call, to which all arenas belong.
    private let callLock = Mutex<Void>(())

    /// Prepares the model of `checkpoint`.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of the family `resnet`.
    ///   - imageSize: Rows and columns of the images; the checkpoint's by default. Behind the convolutions is a mean over
    ///     all pixels, so any size works.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when the checkpoint is no classifier or cannot take images of that size.
    public init(
        _ checkpoint: Checkpoint,
        imageSize: ImageSize? = nil,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(CheckpointError) {
        guard case .resnet(var configuration) = checkpoint.metadata.architecture else {
            throw CheckpointError(file: checkpoint.name, at: .metadata("family"), "not a resnet")
        }
        if let imageSize { (configuration.height, configuration.width) = (imageSize.height, imageSize.width) }
        if let problem = configuration.problem { throw CheckpointError(file: checkpoint.name, problem) }
        let stem = NormalisedConvolution(
            checkpoint.parameters.scope(ResNetLayout.stem),
            extent: configuration.imageExtent
        )
        let blocks = configuration.blocks.enumerated().map { index, block in
            ResidualBlock(checkpoint.parameters.scope(ResNetLayout.stage(index + 1)), block)
        }
        let head = Linear(checkpoint.parameters.scope(ResNetLayout.head))
        let ends = Workspace.Demand(scratch: max(stem.scratchCount, head.scratchCount))
        let demand = blocks.reduce(ends) { $0.union($1.demand) }
        let largest = blocks.reduce(configuration.stemExtent.count) { max($0, $1.output.count) }
        let chunkSize = max(1, min(16, (1 << 17) / largest))
        self.configuration = configuration
        self.stem = stem
        self.blocks = blocks
        average = GlobalAveragePool(pixels: configuration.lastExtent.pixels)
        self.head = head
        self.pool = pool
        self.chunkSize = chunkSize
        arenas = (0..<pool.threads).map { _ in ResNetArena(kernels: kernels, demand: demand, count: chunkSize * largest)
        }
    }

    /// The logits of every image, (images, classes); errors are those of ``score(_:labels:)``.
    public func logits(_ images: [Float]) throws(ResNetInputError) -> [Float] {
        let count = try count(of: images)
        let pixels = configuration.height * configuration.width
        let input = RowView(AlignedBuffer(images), rows: count * pixels, channels: configuration.channels)
        let logits = RowView(
            AlignedBuffer(count: count * configuration.classes),
            rows: count,
            channels: configuration.classes
        )
        // Few images are spread over all threads rather than crowded into one.
        let size = max(1, min(chunkSize, (count + pool.threads - 1) / pool.threads))
        callLock.withLock { _ in
            pool.forEach((count + size - 1) / size) { index, thread in
                let range = index * size..<min((index + 1) * size, count)
                let rows = range.lowerBound * pixels..<range.upperBound * pixels
                forward(logits.rows(range), input.rows(rows), images: range.count, arenas[thread])
            }
        }
        return logits.buffer.elements
    }

    /// How the images are classified.
    ///
    /// - Parameters:
    ///   - images: (images, rows, columns, channels), on the scale (v/255 − 0.5)·2.
    ///   - labels: The true class of each image.
    /// - Returns: The scores, in the order of the images.
    /// - Throws: ``ResNetInputError`` when sizes or labels do not fit.
    public func score(_ images: [Float], labels: [Int]) throws(ResNetInputError) -> ResNetScores {
        let (count, classes) = (try count(of: images), configuration.classes)
        guard labels.count == count else { throw .labelCount(labels.count, images: count) }
        for (image, label) in labels.enumerated() where !(0..<classes ~= label) {
            throw .label(label, image: image, classes: classes)
        }
        let logits = try logits(images)
        return ResNetScores(logits: logits, labels: labels, classes: classes, dimensions: configuration.dimensions)
    }

    private func count(of images: [Float]) throws(ResNetInputError) -> Int {
        let count = images.count / configuration.dimensions
        guard count * configuration.dimensions == images.count else {
            throw .partialImage(count: images.count, configuration)
        }
        return count
    }

    /// logits are (images, classes), the input (images, H, W, C).
    private func forward(_ logits: RowView, _ input: RowView, images: Int, _ arena: ResNetArena) {
        let workspace = arena.workspace
        var (x, y) = (arena.first, arena.second)
        var extent = configuration.stemExtent
        stem.forward(x(images, extent), input, workspace)
        for block in blocks {
            let hidden = arena.hidden(images, block.output)
            block.forward(y(images, block.output), hidden: hidden, x(images, extent), workspace)
            (x, y) = (y, x)
            extent = block.output
        }
        let means = arena.hidden.rows(images, channels: extent.channels)
        average.forward(means, x(images, extent))
        head.forward(logits, means, workspace)
    }
}
