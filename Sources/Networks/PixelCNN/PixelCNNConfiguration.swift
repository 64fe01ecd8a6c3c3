// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
public import Layers

/// Everything that decides the shapes of a PixelCNN++'s parameters.
///
/// The network works at three resolutions, of height / 2^r × width / 2^r pixels, r = 0, 1, 2.
public struct PixelCNNConfiguration: Hashable, Sendable {
    /// Rows of the input; a multiple of 4.
    public var height: Int
    /// Columns of the input; a multiple of 4.
    public var width: Int
    /// 1: the mixture of colour images, whose channels condition one another, is not there.
    public var channels: Int
    /// F: channels of every activation.
    public var filters: Int
    /// R: gated residual blocks of each stage; the last two stages have one more.
    public var blocks: Int
    /// M: logistic distributions in the mixture of a pixel.
    public var mixtures: Int
    /// Which slices of the upsampling weights have a length of their own.
    public var upsamplingNorm: WeightNorm.Axis

    /// Resolutions the network works at.
    static let resolutions = 3

    /// The paper's model of 28×28×1 images unless said otherwise.
    public init(
        height: Int = 28,
        width: Int = 28,
        channels: Int = 1,
        filters: Int = 100,
        blocks: Int = 2,
        mixtures: Int = 3,
        upsamplingNorm: WeightNorm.Axis = .output
    ) {
        self.height = height
        self.width = width
        self.channels = channels
        self.filters = filters
        self.blocks = blocks
        self.mixtures = mixtures
        self.upsamplingNorm = upsamplingNorm
    }

    /// D: numbers in one image.
    public var dimensions: Int { height * width * channels }

    /// Rows and columns of the activations at a resolution, 0 being the image's.
    func size(_ resolution: Int) -> ImageSize {
        ImageSize(height: height >> resolution, width: width >> resolution)
    }

    /// Blocks of the stage on the way back up at a resolution.
    func downBlocks(_ resolution: Int) -> Int { resolution == Self.resolutions - 1 ? blocks : blocks + 1 }

    /// What is wrong with the numbers: the image must halve twice, and sizes must be sane.
    public var problems: [SizeProblem] {
        let counts = [
            SizeProblem("filters", filters, in: 1...1024), SizeProblem("blocks", blocks, in: 1...64),
            SizeProblem("mixtures", mixtures, in: 1...256),
        ]
        var problems: [SizeProblem] = []
        if channels != 1 {
            let rule = "channels must be 1, not \(channels): there is no mixture for colour images"
            problems.append(SizeProblem("channels", rule))
        }
        let image = "an image of \(height)×\(width)"
        if !(8...256 ~= height && 8...256 ~= width) {
            problems.append(SizeProblem("height", "\(image); 8×8 to 256×256 can be used"))
        } else if height % 4 != 0 || width % 4 != 0 {
            problems.append(SizeProblem(height % 4 != 0 ? "height" : "width", "\(image) cannot be halved twice"))
        }
        return problems + counts.compactMap(\.self)
    }

    /// The first of `problems`; nil where there is none.
    public var problem: String? { problems.first?.text }
}
