// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Vocabulary

/// Everything that decides the shapes of a classifier's parameters.
///
/// The residual network of eight layers for small images (He, Zhang, Ren and Sun, 2016, §4.2 with n = 1): a convolution
/// to 16 channels, three stages of 16, 32 and 64 channels with one block each, the last two halving the image, the mean
/// over all pixels, a linear layer.
public struct ResNetConfiguration: Hashable, Sendable {
    /// Channels of each stage.
    static let stageChannels = [16, 32, 64]

    /// Rows of the input.
    public var height: Int
    /// Columns of the input.
    public var width: Int
    /// 1 or 3.
    public var channels: Int
    /// Classes told apart.
    public var classes: Int

    /// The paper's classifier for 32×32×1 and ten classes unless said otherwise.
    public init(height: Int = 32, width: Int = 32, channels: Int = 1, classes: Int = 10) {
        self.height = height
        self.width = width
        self.channels = channels
        self.classes = classes
    }

    /// D: numbers in one image.
    public var dimensions: Int { height * width * channels }

    /// The image as the stem reads it.
    var imageExtent: ImageExtent { ImageExtent(height: height, width: width, channels: channels) }

    /// The image as the first stage reads it.
    var stemExtent: ImageExtent {
        ImageExtent(height: height, width: width, channels: Self.stageChannels[0])
    }

    /// The block of each stage, reading what the one before it writes.
    var blocks: [ResidualBlockShape] {
        var extent = stemExtent
        return Self.stageChannels.map { channels in
            let block = ResidualBlockShape(input: extent, channels: channels)
            extent = block.output
            return block
        }
    }

    /// What the last stage writes.
    var lastExtent: ImageExtent { blocks.last?.output ?? stemExtent }

    /// What is wrong with the numbers.
    ///
    /// Each class is a column of every result table, which has room for sixty-four.
    public var problems: [SizeProblem] {
        var problems = [SizeProblem("classes", classes, in: 2...48)].compactMap(\.self)
        if !(1...256 ~= height && 1...256 ~= width) {
            problems.append(SizeProblem("height", "an image of \(height)×\(width); at most 256×256"))
        }
        if channels != 1 && channels != 3 {
            problems.append(SizeProblem("channels", "channels must be 1 or 3, not \(channels)"))
        }
        return problems
    }

    /// The first of `problems`; nil where there is none.
    public var problem: String? { problems.first?.text }
}

extension ResNetConfiguration: NetworkConfiguration {
    var family: ModelFacts.Family { .resnet }

    var parameters: [ParameterSpec] { ResNetLayout.parameters(self) }

    init(_ texts: MetadataTexts) throws(CheckpointError) {
        let sizes = 0...65536
        self.init(
            height: try texts.integer("height", in: sizes),
            width: try texts.integer("width", in: sizes),
            channels: try texts.integer("channels", in: sizes),
            classes: try texts.integer("classes", in: sizes)
        )
        if let problem { throw texts.error("family", "an impossible resnet: \(problem)") }
        let depth = try texts.text("depth")
        guard depth == "8" else { throw texts.error("depth", "unknown value '\(depth)'; known: 8") }
    }

    /// The configuration as the metadata of a checkpoint.
    var texts: [String: String] {
        [
            "height": "\(height)", "width": "\(width)", "channels": "\(channels)", "classes": "\(classes)",
            "depth": "8",
        ]
    }
}
