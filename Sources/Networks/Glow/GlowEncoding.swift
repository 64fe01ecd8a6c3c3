// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// What a forward pass leaves behind: scores, standardised latents, and the state each level began from.
///
/// From it, ``Glow/decode(_:scaling:)`` goes back for as many choices of factors as wanted.
public struct GlowEncoding: Sendable {
    /// The images' likelihoods.
    public internal(set) var scores: GlowScores
    /// Per image, the class whose top prior was used: the label, the likeliest class where none was given, 0 in a
    /// model without classes.
    public internal(set) var classes: [Int]
    let configuration: GlowConfiguration
    private let latentBuffers: [AlignedBuffer]
    private let inputBuffers: [AlignedBuffer]

    /// Memory for the encoding of that many images.
    init(_ configuration: GlowConfiguration, images: Int) {
        self.configuration = configuration
        scores = GlowScores(configuration: configuration, images: images)
        classes = [Int](repeating: 0, count: images)
        let levels = 1...configuration.levels
        latentBuffers = levels.map { AlignedBuffer(count: images * configuration.latentExtent(level: $0).count) }
        inputBuffers = levels.map { AlignedBuffer(count: images * configuration.extent(level: $0).count) }
    }

    /// Number of images.
    public var count: Int { classes.count }

    /// Memory of the latents and of the levels' inputs; it dwarfs the rest.
    public var byteCount: Int {
        (latentBuffers + inputBuffers).reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
    }

    /// The standardised latents ε of `level`, counted from 1, as (images, H, W, C); their extent is
    /// ``GlowConfiguration/latentExtent(level:)``.
    public func latents(level: Int) -> [Float] {
        latentBuffers[level - 1].elements
    }

    /// The latents of `level` of the images in `range`.
    func latents(level: Int, _ range: Range<Int>) -> RowView {
        let extent = configuration.latentExtent(level: level)
        return RowView(latentBuffers[level - 1], rows: count * extent.pixels, channels: extent.channels)
            .rows(range.lowerBound * extent.pixels..<range.upperBound * extent.pixels)
    }

    /// The squeezed images that `level` began from, those in `range`.
    func input(level: Int, _ range: Range<Int>) -> RowView {
        let extent = configuration.extent(level: level)
        return RowView(inputBuffers[level - 1], rows: count * extent.pixels, channels: extent.channels)
            .rows(range.lowerBound * extent.pixels..<range.upperBound * extent.pixels)
    }
}
