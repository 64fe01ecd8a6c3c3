// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The two streams of a PixelCNN++.
enum PixelCNNKind: String, CaseIterable {
    /// Sees the lines above.
    case u
    /// Sees the lines above and, on its own line, what lies to the left.
    case ul

    var shift: ShiftedConvolution.Shift { self == .u ? .down : .downRight }

    /// Kernel of its convolutions.
    var kernel: ImageSize { ImageSize(height: 2, width: self == .u ? 3 : 2) }

    /// The convolutions that begin the stream, by the last part of their names.
    var first: [(name: String, part: PastConvolution.Part)] {
        self == .u ? [("above", .above)] : [("above", .lineAbove), ("left", .left)]
    }
}

/// The names of a PixelCNN++'s parameters; resolutions count from 0, everything in a name from 1.
enum PixelCNNLayout {
    static func first(_ kind: PixelCNNKind, _ part: String) -> String { "first.\(kind.rawValue).\(part)" }
    static func up(_ kind: PixelCNNKind, _ resolution: Int, _ block: Int) -> String {
        "up.\(resolution + 1).\(kind.rawValue).\(block + 1)"
    }
    static func down(_ kind: PixelCNNKind, _ resolution: Int, _ block: Int) -> String {
        "down.\(PixelCNNConfiguration.resolutions - resolution).\(kind.rawValue).\(block + 1)"
    }
    /// From `resolution` to the next coarser one.
    static func downsample(_ kind: PixelCNNKind, from resolution: Int) -> String {
        "downsample.\(resolution + 1).\(kind.rawValue)"
    }
    /// To `resolution` from the next coarser one.
    static func upsample(_ kind: PixelCNNKind, to resolution: Int) -> String {
        "upsample.\(PixelCNNConfiguration.resolutions - 1 - resolution).\(kind.rawValue)"
    }
    static let last = "last"

    /// Every parameter of a model of that configuration.
    static func parameters(_ configuration: PixelCNNConfiguration) -> [ParameterSpec] {
        let last = ShiftedConvolution.parameters(
            inputs: configuration.filters,
            outputs: 3 * configuration.mixtures,
            kernel: ImageSize(height: 1, width: 1)
        )
        return PixelCNNKind.allCases.flatMap { parameters(configuration, $0) } + last.map { $0.scoped(Self.last) }
    }

    private static func parameters(_ configuration: PixelCNNConfiguration, _ kind: PixelCNNKind) -> [ParameterSpec] {
        let filters = configuration.filters
        var specs = kind.first.flatMap { name, part in
            part.parameters(filters: filters).map { $0.scoped(first(kind, name)) }
        }
        for resolution in 0..<PixelCNNConfiguration.resolutions {
            let ways = [(PixelCNNPlace.Way.up, configuration.blocks), (.down, configuration.downBlocks(resolution))]
            for (way, blocks) in ways {
                for index in 0..<blocks {
                    let place = PixelCNNPlace(way: way, resolution: resolution, index: index)
                    let block = PixelCNNBlock(configuration, kind, place)
                    specs += block.shape(configuration).parameters.map { $0.scoped(block.name) }
                }
            }
        }
        for resolution in 0..<PixelCNNConfiguration.resolutions - 1 {
            specs += ShiftedConvolution.parameters(inputs: filters, outputs: filters, kernel: kind.kernel)
                .map { $0.scoped(downsample(kind, from: resolution)) }
            specs += UpsamplingConvolution.parameters(
                inputs: filters,
                outputs: filters,
                shift: kind.shift,
                norm: configuration.upsamplingNorm
            ).map { $0.scoped(upsample(kind, to: resolution)) }
        }
        return specs
    }
}
