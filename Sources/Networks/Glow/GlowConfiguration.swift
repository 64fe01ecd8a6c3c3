// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Layers
import Vocabulary

/// Everything that decides the shapes of a Glow's parameters.
///
/// Level l of L works on images of height / 2^l × width / 2^l with channels·2^(l+1) channels; behind each level but the
/// last, half of the channels are factored out.
public struct GlowConfiguration: Hashable, Sendable {
    /// Rows of the input; a multiple of 2^levels.
    public var height: Int
    /// Columns of the input; a multiple of 2^levels.
    public var width: Int
    /// 1 or 3.
    public var channels: Int
    /// L: times the image is squeezed.
    public var levels: Int
    /// K: flow steps of each level.
    public var steps: Int
    /// Channels of the coupling networks' hidden layers.
    public var hiddenChannels: Int
    /// How a coupling network's output acts.
    public var coupling: Coupling.Kind
    /// Classes the top prior is conditioned on; 0 when it is unconditional.
    public var classes: Int
    /// Whether the top prior has parameters of its own besides those of the classes.
    public var learnedTop: Bool

    /// The paper's affine model for 32×32×1 unless said otherwise.
    public init(
        height: Int = 32,
        width: Int = 32,
        channels: Int = 1,
        levels: Int = 5,
        steps: Int = 8,
        hiddenChannels: Int = 128,
        coupling: Coupling.Kind = .affine,
        classes: Int = 10,
        learnedTop: Bool = true
    ) {
        self.height = height
        self.width = width
        self.channels = channels
        self.levels = levels
        self.steps = steps
        self.hiddenChannels = hiddenChannels
        self.coupling = coupling
        self.classes = classes
        self.learnedTop = learnedTop
    }

    /// D: numbers in one image.
    public var dimensions: Int { height * width * channels }

    /// The extent of an image while its level's steps act on it; `level` counts from 1.
    public func extent(level: Int) -> ImageExtent {
        ImageExtent(height: height >> level, width: width >> level, channels: channels << (level + 1))
    }

    /// The extent of the latents of `level`: half of the channels, all of them at the last level.
    public func latentExtent(level: Int) -> ImageExtent {
        var extent = extent(level: level)
        if level < levels { extent.channels /= 2 }
        return extent
    }

    /// The steps of `level`.
    func step(level: Int) -> FlowStepShape {
        FlowStepShape(extent: extent(level: level), hiddenChannels: hiddenChannels, coupling: coupling)
    }

    /// The prior of the last level.
    var topPrior: TopPriorShape {
        TopPriorShape(channels: extent(level: levels).channels, classes: classes, learned: learnedTop)
    }

    /// What is wrong with the numbers: the image must halve `levels` times, and sizes must be sane.
    public var problems: [SizeProblem] {
        let counts = [
            SizeProblem("levels", levels, in: 1...8), SizeProblem("steps", steps, in: 1...1024),
            SizeProblem("hidden-channels", hiddenChannels, in: 1...2048),
            SizeProblem("classes", classes, in: 0...65536),
        ]
        var problems = counts.compactMap(\.self)
        if channels != 1 && channels != 3 {
            problems.append(SizeProblem("channels", "channels must be 1 or 3, not \(channels)"))
        }
        if !(1...256 ~= height && 1...256 ~= width) {
            problems.append(SizeProblem("height", "an image of \(height)×\(width); at most 256×256"))
        } else if 1...8 ~= levels, height % (1 << levels) != 0 || width % (1 << levels) != 0 {
            let image = "an image of \(height)×\(width)"
            problems.append(SizeProblem("levels", "\(image) cannot be halved \(counted(levels, "time"))"))
        }
        return problems
    }

    /// The first of `problems`; nil where there is none.
    public var problem: String? { problems.first?.text }
}
