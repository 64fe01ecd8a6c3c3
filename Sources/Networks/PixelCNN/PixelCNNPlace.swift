// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A place in a stream of a PixelCNN++: that of a gated block, and of the activation it reads; its result's is
/// ``next``.
struct PixelCNNPlace: Hashable, Sendable {
    /// Which of a resolution's two stages.
    enum Way: Sendable {
        /// On the way to coarser resolutions.
        case up
        /// On the way back.
        case down
    }

    let way: Way
    /// 0 is the image's.
    let resolution: Int
    /// Number of the block in its stage; one more than the last block's is the place of the last activation.
    let index: Int

    /// The place behind this one.
    var next: PixelCNNPlace { PixelCNNPlace(way: way, resolution: resolution, index: index + 1) }
}

/// What a pass forward through a stream does, in order.
enum PixelCNNStep: Sendable {
    /// The convolutions that begin the stream.
    case first
    case block(PixelCNNPlace)
    /// To `resolution` from the next finer one.
    case downsample(to: Int)
    /// To `resolution` from the next coarser one.
    case upsample(to: Int)

    /// The steps of either stream.
    static func all(_ configuration: PixelCNNConfiguration) -> [PixelCNNStep] {
        let resolutions = 0..<PixelCNNConfiguration.resolutions
        func stage(_ way: PixelCNNPlace.Way, _ resolution: Int, blocks: Int) -> [PixelCNNStep] {
            (0..<blocks).map { .block(PixelCNNPlace(way: way, resolution: resolution, index: $0)) }
        }
        let up = resolutions.map { resolution in
            (resolution > 0 ? [.downsample(to: resolution)] : [.first])
                + stage(.up, resolution, blocks: configuration.blocks)
        }
        let down = resolutions.reversed().map { resolution in
            (resolution < resolutions.count - 1 ? [.upsample(to: resolution)] : [])
                + stage(.down, resolution, blocks: configuration.downBlocks(resolution))
        }
        return Array((up + down).joined())
    }
}
