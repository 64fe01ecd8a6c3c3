// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Mean and variance of every channel over all pixels of all images of a batch.
public struct BatchStatistics: Sendable {
    /// Means.
    public let mean: [Double]
    /// Variances, the mean square of what differs from the mean.
    public let variance: [Double]
    /// Numbers in a channel.
    public let count: Int

    /// The share of a new batch in the running statistics; PyTorch's default.
    private static let momentum = 0.1

    /// Sums up a chunk's x, a row per pixel, for a later ``init(_:chunks:)``.
    public static func sum(_ x: RowView, into sums: ChunkSums, chunk: Int, _ kernels: KernelSet) {
        sums.set(chunk, x, x, kernels)
    }

    /// The statistics of a batch whose first `chunks` chunks, all unless said otherwise, were summed up.
    public init(_ sums: ChunkSums, chunks: Int? = nil) {
        let (total, count) = (sums.total(chunks ?? sums.chunks), sums.rowCount(chunks ?? sums.chunks))
        let channels = total.count / 2
        let (scale, mean) = (1 / Double(count), total[..<channels].map { $0 / Double(count) })
        self.mean = mean
        // Rounding must not make the variance of a channel of one value negative; NaN stays NaN.
        variance = (0..<channels).map { channel in
            let variance = total[channels + channel] * scale - mean[channel] * mean[channel]
            return variance < 0 ? 0 : variance
        }
        self.count = count
    }

    /// Moves running statistics, as a checkpoint holds them, a tenth of the way to the batch's.
    ///
    /// The variance taken over is the unbiased one, Σ(x − mean)² / (count − 1), as in PyTorch.
    ///
    /// - Parameters:
    ///   - mean: Where the running means lie.
    ///   - variance: Where the running variances lie.
    ///   - parameters: The parameters of the model.
    public func blend(mean: Range<Int>, variance: Range<Int>, of parameters: AlignedBuffer) {
        let correction = count > 1 ? Double(count) / Double(count - 1) : 1
        for channel in self.mean.indices {
            func blend(_ index: Int, _ new: Double) {
                let old = Double(parameters[index])
                parameters[index] = Float(old + Self.momentum * (new - old))
            }
            blend(mean.lowerBound + channel, self.mean[channel])
            blend(variance.lowerBound + channel, self.variance[channel] * correction)
        }
    }
}
