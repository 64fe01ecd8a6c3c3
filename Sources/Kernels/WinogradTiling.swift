// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How Winograd's convolution covers an image: tiles of four neighbouring outputs of a line (see `Winograd`).
///
/// Each of a tile's positions is a matrix product of its own, over the kernel's rows and the channels.
struct WinogradTiling: Sendable, Hashable {
    /// Rows of the kernel.
    let kernelRows: Int
    /// Columns of the kernel, 2 or 3.
    let taps: Int
    /// Tiles of a line.
    let tiles: Int
    let channels: Int
    let columns: Int

    /// Tiles multiplied together: a few register tiles, whose positions and products stay in L2.
    static let tilesPerBlock = 56

    /// The tiling of a convolution that takes clearly less work so; nil for others.
    ///
    /// Work is counted in half-panels multiplied, of which a transformed input costs about three and a half-panel of a
    /// tile's transformed products about thirty.
    init?(_ shape: ConvolutionShape, on outputSize: ImageSize) {
        guard shape.stride == 1, 2...3 ~= shape.kernelWidth else { return nil }
        kernelRows = shape.kernelHeight
        taps = shape.kernelWidth
        tiles = (outputSize.width + Winograd.outputs - 1) / Winograd.outputs
        channels = shape.inputChannels
        columns = shape.outputChannels
        let halfPanels = (columns + 7) / 8
        let direct = outputSize.width * taps * kernelRows * channels * halfPanels
        let products = positions * kernelRows * channels * halfPanels
        guard tiles * (products + 3 * channels + 30 * halfPanels) * 10 < direct * 9 else { return nil }
    }

    var positions: Int { Winograd.positions(taps: taps) }

    /// Rows of all positions' matrices together.
    var weightRows: Int { positions * kernelRows * channels }

    /// Channels that are multiplied together: as many as fit in a row of gathered inputs.
    var parts: [Range<Int>] { stride(from: 0, to: channels, by: Self.partDepth).map { part(from: $0) } }

    /// The channels that are multiplied together beginning with `start`.
    func part(from start: Int) -> Range<Int> { start..<min(start + Self.partDepth, channels) }

    static let partDepth = 256

    /// Floats from one tile's products to the next one's.
    var productStride: Int { (columns + 15) / 16 * 16 }

    /// Most tiles whose products are kept.
    private var outputTiles: Int { max(Self.tilesPerBlock, tiles) }

    /// Floats for one part's positions: a block's input lines are at most `kernelRows` times as many as its output
    /// lines.
    private var partCount: Int { positions * outputTiles * kernelRows * ConvolutionBlock.rowStride }

    /// Floats for the positions of the block's inputs.
    var positionCount: Int { (channels + Self.partDepth - 1) / Self.partDepth * partCount }

    /// Floats of working memory for a block.
    var scratchCount: Int { positionCount + positions * outputTiles * productStride + AlignedBuffer.slack }

    /// The filter's factors at each position: [position][tap].
    ///
    /// At a point p of the n, the powers of p over Π (p − q) for the other points q.
    var filterFactors: [[Double]] {
        let (near, far) = (Double(Winograd.nearPoint), Double(Winograd.farPoint))
        let points = (taps == 3 ? [0] : []) + [near, -near, far, -far]
        let finite = points.map { point in
            let divisor = points.filter { $0 != point }.reduce(1) { $0 * (point - $1) }
            return (0..<taps).map { tap in (0..<tap).reduce(1 / divisor) { power, _ in power * point } }
        }
        return finite + [(0..<taps).map { $0 == taps - 1 ? 1 : 0 }]
    }

    /// Writes every position's matrix of `weights`, shape [kernel row][kernel column][input channel][output channel].
    ///
    /// The panels of a matrix hold a part of the channels each: [position][kernel row][part][panel][channel][16].
    func pack(_ weights: UnsafePointer<Float>, into panels: AlignedBuffer) {
        let factors = filterFactors.map { $0.map { SIMD16<Double>(repeating: $0) } }
        for row in 0..<kernelRows {
            for part in parts {
                for channel in part {
                    for column in stride(from: 0, to: columns, by: 16) {
                        let filter = Filter(weights, self, row: row, channel: channel, column: column)
                        let place = column * part.count + (channel - part.lowerBound) * 16
                        for position in factors.indices {
                            let matrix = ((position * kernelRows + row) * channels + part.lowerBound) * productStride
                            let sum = SIMD16<Float>(filter.sum(factors[position]))
                            UnsafeMutableRawPointer(panels.pointer + matrix + place)
                                .storeBytes(of: sum, as: SIMD16<Float>.self)
                        }
                    }
                }
            }
        }
        withExtendedLifetime(panels) {}
    }
}

/// The taps of sixteen columns, zeros beyond the last.
private struct Filter {
    private var taps: (SIMD16<Double>, SIMD16<Double>, SIMD16<Double>) = (.zero, .zero, .zero)

    init(_ weights: UnsafePointer<Float>, _ tiling: WinogradTiling, row: Int, channel: Int, column: Int) {
        let count = min(16, tiling.columns - column)
        func values(_ tap: Int) -> SIMD16<Double> {
            let first = weights + ((row * tiling.taps + tap) * tiling.channels + channel) * tiling.columns + column
            if count == 16 { return SIMD16<Double>(UnsafeRawPointer(first).loadUnaligned(as: SIMD16<Float>.self)) }
            var values = SIMD16<Double>.zero
            for lane in 0..<count { values[lane] = Double(first[lane]) }
            return values
        }
        taps = (values(0), values(1), tiling.taps == 3 ? values(2) : .zero)
    }

    /// The taps weighted by one position's factors, of which there are two or three.
    func sum(_ factors: [SIMD16<Double>]) -> SIMD16<Double> {
        let sum = SIMD16<Double>.zero + factors[0] * taps.0 + factors[1] * taps.1
        return factors.count == 3 ? sum + factors[2] * taps.2 : sum
    }
}
