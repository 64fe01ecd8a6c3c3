// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Σ over rows p of left(p, ·) ⊗ right(p, ·): the product of a matrix, turned around, with another.
///
/// Neither is copied. Element (i, j) is one chain of fused multiply-adds over the rows in order, beginning from the old
/// element when `accumulates`, from zero otherwise.
public struct OuterProductCall {
    /// First float of the left matrix, whose columns become the output's rows.
    public var left: UnsafePointer<Float>
    /// Floats from one of its rows to the next.
    public var leftStride: Int
    /// Its columns.
    public var leftColumns: Int
    /// First float of the right matrix, whose columns are the output's; read to the end of the last vector.
    public var right: UnsafePointer<Float>
    /// Floats from one of its rows to the next.
    public var rightStride: Int
    /// Its columns.
    public var rightColumns: Int
    /// Rows of both, at least one.
    public var rows: Int
    /// First float of the output.
    public var output: UnsafeMutablePointer<Float>
    /// Floats from one of its rows to the next.
    public var outputStride: Int
    /// Whether the output is added to.
    public var accumulates: Bool
    /// Working memory, `ConvolutionBlock.edgeCount` floats.
    public var scratch: UnsafeMutablePointer<Float>

    /// Gathers the fields; see each for its meaning.
    public init(
        left: UnsafePointer<Float>,
        leftStride: Int,
        leftColumns: Int,
        right: UnsafePointer<Float>,
        rightStride: Int,
        rightColumns: Int,
        rows: Int,
        output: UnsafeMutablePointer<Float>,
        outputStride: Int,
        accumulates: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.left = left
        self.leftStride = leftStride
        self.leftColumns = leftColumns
        self.right = right
        self.rightStride = rightStride
        self.rightColumns = rightColumns
        self.rows = rows
        self.output = output
        self.outputStride = outputStride
        self.accumulates = accumulates
        self.scratch = scratch
    }
}

/// Runs `call` with tiles of 12 × 32.
@inlinable @_transparent
public func outerProductWide(_ call: UnsafePointer<OuterProductCall>) { outerProduct(call.pointee, WideTiles.self) }

/// Runs `call` with tiles of 6 × 16.
@inlinable @_transparent
public func outerProductNarrow(_ call: UnsafePointer<OuterProductCall>) { outerProduct(call.pointee, NarrowTiles.self) }

/// Runs `call`, some rows at a time.
@inlinable @_transparent
func outerProduct<Shapes: TileShapes>(_ call: OuterProductCall, _ shapes: Shapes.Type) {
    var start = 0
    while start < call.rows {
        let part = OuterProductPart(call: call, start: start)
        multiply(part, shapes)
        start += part.depth
    }
}

/// Some rows of an outer product.
@usableFromInline
struct OuterProductPart: TiledProduct {
    @usableFromInline let call: OuterProductCall
    @usableFromInline let start: Int
    /// Rows added up, few enough that the columns of one tile stay in L1.
    @usableFromInline let depth: Int

    @inlinable @_transparent
    init(call: OuterProductCall, start: Int) {
        self.call = call
        self.start = start
        depth = min(128, call.rows - start)
    }

    @inlinable @_transparent
    var rows: Int { call.leftColumns }

    @inlinable @_transparent
    var columns: Int { call.rightColumns }

    /// A tile cut short by the last row or column passes through the working memory.
    @inlinable @_transparent
    func multiply<Tile: RegisterTile>(_ row: Int, _ count: Int, _ column: Int, _ tile: Tile.Type) {
        let columns = min(Tile.Row.columns, call.rightColumns - column)
        let isWhole = count == Tile.height && columns == Tile.Row.columns
        let output = call.output + row * call.outputStride + column
        let target = isWhole ? output : call.scratch
        let stride = isWhole ? call.outputStride : 32
        let reads = call.accumulates || start > 0
        if reads && !isWhole { copy(count, columns, from: output, call.outputStride, to: target, stride) }
        var sums = reads ? Tile(at: target, stride: stride) : Tile(start: Tile.Row.zero)
        var left = call.left + start * call.leftStride + row
        var right = call.right + start * call.rightStride + column
        for _ in 0..<depth {
            sums.addOuterProduct(left, Tile.Row(at: right, panelStride: 16))
            left += call.leftStride
            right += call.rightStride
        }
        sums.store(at: target, stride: stride)
        if !isWhole { copy(count, columns, from: target, stride, to: output, call.outputStride) }
    }

    @inlinable @_transparent
    func copy(
        _ rows: Int,
        _ columns: Int,
        from source: UnsafePointer<Float>,
        _ sourceStride: Int,
        to target: UnsafeMutablePointer<Float>,
        _ targetStride: Int
    ) {
        for row in 0..<rows {
            for column in 0..<columns { target[row * targetStride + column] = source[row * sourceStride + column] }
        }
    }
}
