// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The first step of a weight gradient by Winograd's algorithm: the tiles of one line of the outputs' gradient.
///
/// A tile of four becomes the values of its polynomial at the points of `Winograd`.
public struct WinogradGradientCall {
    /// First float of the line's first pixel.
    public var gradient: UnsafePointer<Float>
    /// Floats from one pixel to the next.
    public var gradientStride: Int
    /// Pixels of the line.
    public var width: Int
    /// At least `columns + 16` zeros, for what a tile has beyond the line.
    public var zeros: UnsafePointer<Float>
    /// Channels.
    public var columns: Int
    /// Taps of the filter, 2 or 3.
    public var taps: Int
    /// First float of the line's first tile at the first position.
    public var target: UnsafeMutablePointer<Float>
    /// Floats from one tile to the next; whole vectors are written.
    public var tileStride: Int
    /// Floats from one position to the next.
    public var positionStride: Int

    /// Gathers the fields; see each for its meaning.
    public init(
        gradient: UnsafePointer<Float>,
        gradientStride: Int,
        width: Int,
        zeros: UnsafePointer<Float>,
        columns: Int,
        taps: Int,
        target: UnsafeMutablePointer<Float>,
        tileStride: Int,
        positionStride: Int
    ) {
        self.gradient = gradient
        self.gradientStride = gradientStride
        self.width = width
        self.zeros = zeros
        self.columns = columns
        self.taps = taps
        self.target = target
        self.tileStride = tileStride
        self.positionStride = positionStride
    }
}

/// The last step: a row of each tap's gradient, the sum of the positions' products times a factor each.
public struct WinogradFilterGradientCall {
    /// The row of products at the first position; read to the end of its last vector.
    public var products: UnsafePointer<Float>
    /// Floats from one position to the next.
    public var positionStride: Int
    /// A factor for each position of each tap: [tap][position].
    public var factors: UnsafePointer<Float>
    /// Number of positions.
    public var positions: Int
    /// Taps of the filter.
    public var taps: Int
    /// Where the first tap's row goes.
    public var target: UnsafeMutablePointer<Float>
    /// Floats from one tap's row to the next one's.
    public var tapStride: Int
    /// Floats of the row.
    public var columns: Int
    /// Whether it is added to what is there, which is read to the end of its last vector.
    public var accumulates: Bool
    /// Sixteen floats for the vector that ends the row.
    public var edge: UnsafeMutablePointer<Float>

    /// Gathers the fields; see each for its meaning.
    public init(
        products: UnsafePointer<Float>,
        positionStride: Int,
        factors: UnsafePointer<Float>,
        positions: Int,
        taps: Int,
        target: UnsafeMutablePointer<Float>,
        tapStride: Int,
        columns: Int,
        accumulates: Bool,
        edge: UnsafeMutablePointer<Float>
    ) {
        self.products = products
        self.positionStride = positionStride
        self.factors = factors
        self.positions = positions
        self.taps = taps
        self.target = target
        self.tapStride = tapStride
        self.columns = columns
        self.accumulates = accumulates
        self.edge = edge
    }
}

/// Transforms one line of the outputs' gradient.
@inlinable @_transparent
public func winogradGradient(_ call: UnsafePointer<WinogradGradientCall>) {
    let call = call.pointee
    var (first, tile) = (0, call.target)
    while first < call.width {
        let row = call.gradient + first * call.gradientStride
        let (second, third) = (row + call.gradientStride, row + 2 * call.gradientStride)
        let pixels = (
            row, first + 1 < call.width ? second : call.zeros, first + 2 < call.width ? third : call.zeros,
            first + 3 < call.width ? third + call.gradientStride : call.zeros
        )
        for column in stride(from: 0, to: call.columns, by: 16) {
            let (e0, e1) = (Lanes(at: pixels.0 + column), Lanes(at: pixels.1 + column))
            let (e2, e3) = (Lanes(at: pixels.2 + column), Lanes(at: pixels.3 + column))
            var place = tile + column
            if call.taps == 3 {
                e0.store(at: place)
                place += call.positionStride
            }
            storePoint(Winograd.nearPoint, e0, e1, e2, e3, at: place, call.positionStride)
            storePoint(Winograd.farPoint, e0, e1, e2, e3, at: place + 2 * call.positionStride, call.positionStride)
            e3.store(at: place + 4 * call.positionStride)
        }
        first += Winograd.outputs
        tile += call.tileStride
    }
}

/// Writes the values at a point and its opposite.
@inlinable @_transparent
func storePoint(
    _ point: Float,
    _ e0: Lanes,
    _ e1: Lanes,
    _ e2: Lanes,
    _ e3: Lanes,
    at target: UnsafeMutablePointer<Float>,
    _ stride: Int
) {
    let (square, cube) = (Lanes(repeating: point * point), Lanes(repeating: point * point * point))
    let (even, odd) = (e0 + e2 * square, e1 * Lanes(repeating: point) + e3 * cube)
    (even + odd).store(at: target)
    (even - odd).store(at: target + stride)
}

/// Sums one row of every tap's gradient.
@inlinable @_transparent
public func winogradFilterGradient(_ call: UnsafePointer<WinogradFilterGradientCall>) {
    let call = call.pointee
    for column in stride(from: 0, to: call.columns, by: 16) {
        var (target, factors) = (call.target + column, call.factors)
        for _ in 0..<call.taps {
            var (sum, product) = (Lanes.zero, call.products + column)
            for position in 0..<call.positions {
                sum += Lanes(at: product) * Lanes(repeating: factors[position])
                product += call.positionStride
            }
            if call.accumulates { sum += Lanes(at: target) }
            sum.store(at: target, first: call.columns - column, call.edge)
            target += call.tapStride
            factors += call.positions
        }
    }
}
