// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Winograd's convolution along a line, F(4, r): tiles of four neighbouring outputs of a filter of r = 2 or 3 taps.
///
/// A tile of r + 3 inputs is transformed to as many positions, each the value at a point of the tile's polynomial.
/// There the filter is a product, and four outputs come back from the products. The points are 0 (for three taps only),
/// ±5/8, ±5/4 and ∞: all their factors are exact in single precision, and for three taps the error is 1.3 times that of
/// direct convolution where the customary 0, ±1, ±2 and ∞ make it 1.8 times.
public enum Winograd {
    /// Neighbouring outputs of a tile.
    @inlinable @_transparent
    public static var outputs: Int { 4 }

    /// Positions of a tile, and its inputs.
    @inlinable @_transparent
    public static func positions(taps: Int) -> Int { taps + outputs - 1 }

    /// The smaller of the points, a.
    @inlinable @_transparent
    public static var nearPoint: Float { 0.625 }

    /// The larger of the points, b.
    @inlinable @_transparent
    public static var farPoint: Float { 1.25 }
}

/// The transformation of one line of an image into tiles.
public struct WinogradInputCall {
    /// First float of the line's first pixel.
    public var input: UnsafePointer<Float>
    /// Floats from one pixel to the next.
    public var inputStride: Int
    /// Channels of a pixel.
    public var channels: Int
    /// Pixels of the line; none where the line lies outside the image.
    public var width: Int
    /// Zero pixels before the line's first.
    public var left: Int
    /// At least `channels + 16` zeros, read outside the line.
    public var zeros: UnsafePointer<Float>
    /// Taps of the filter, 2 or 3.
    public var taps: Int
    /// Tiles of the line.
    public var tiles: Int
    /// First position of the first tile; `ConvolutionBlock.rowStride` floats to the next tile.
    public var target: UnsafeMutablePointer<Float>
    /// Floats from one position of a tile to the next.
    public var positionStride: Int

    /// Gathers the fields; see each for its meaning.
    public init(
        input: UnsafePointer<Float>,
        inputStride: Int,
        channels: Int,
        width: Int,
        left: Int,
        zeros: UnsafePointer<Float>,
        taps: Int,
        tiles: Int,
        target: UnsafeMutablePointer<Float>,
        positionStride: Int
    ) {
        self.input = input
        self.inputStride = inputStride
        self.channels = channels
        self.width = width
        self.left = left
        self.zeros = zeros
        self.taps = taps
        self.tiles = tiles
        self.target = target
        self.positionStride = positionStride
    }
}

/// The transformation of the tiles' products into one line of outputs.
public struct WinogradOutputCall {
    /// First position of the first tile.
    public var products: UnsafePointer<Float>
    /// Floats from one tile to the next.
    public var tileStride: Int
    /// Floats from one position of a tile to the next.
    public var positionStride: Int
    /// Taps of the filter, 2 or 3.
    public var taps: Int
    /// Output channels.
    public var columns: Int
    /// One float per column, padded with zeros to whole vectors.
    public var bias: UnsafePointer<Float>
    /// First float of the line's first output.
    public var output: UnsafeMutablePointer<Float>
    /// Floats from one output to the next.
    public var outputStride: Int
    /// Outputs of the line.
    public var width: Int
    /// Whether the old output is added.
    public var accumulates: Bool
    /// Whether negative results become zero.
    public var rectifies: Bool
    /// Sixteen floats for the vector that ends a row.
    public var edge: UnsafeMutablePointer<Float>

    /// Gathers the fields; see each for its meaning.
    public init(
        products: UnsafePointer<Float>,
        tileStride: Int,
        positionStride: Int,
        taps: Int,
        columns: Int,
        bias: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>,
        outputStride: Int,
        width: Int,
        accumulates: Bool,
        rectifies: Bool,
        edge: UnsafeMutablePointer<Float>
    ) {
        self.products = products
        self.tileStride = tileStride
        self.positionStride = positionStride
        self.taps = taps
        self.columns = columns
        self.bias = bias
        self.output = output
        self.outputStride = outputStride
        self.width = width
        self.accumulates = accumulates
        self.rectifies = rectifies
        self.edge = edge
    }
}
