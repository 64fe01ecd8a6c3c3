// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The tile shapes of one instruction set: tall ones, and short ones for the rows left over.
@usableFromInline
protocol TileShapes {
    /// Most columns at once.
    associatedtype Tall: RegisterTile
    associatedtype Short: RegisterTile where Short.Row == Tall.Row
    /// One panel, where fewer than `Tall` has are left.
    associatedtype TallPanel: RegisterTile
    associatedtype ShortPanel: RegisterTile where ShortPanel.Row == TallPanel.Row
    /// Half a panel, where eight columns or fewer are left.
    associatedtype TallHalf: RegisterTile
    associatedtype ShortHalf: RegisterTile where ShortHalf.Row == TallHalf.Row
    /// A quarter of a panel, where four columns or fewer are left.
    associatedtype TallQuarter: RegisterTile
    associatedtype ShortQuarter: RegisterTile where ShortQuarter.Row == TallQuarter.Row
}

/// Twelve rows of two panels: 24 of AVX-512's 32 registers hold sums.
@usableFromInline
enum WideTiles: TileShapes {
    @usableFromInline typealias Tall = Rows12<TwoPanels>
    @usableFromInline typealias Short = Rows4<TwoPanels>
    @usableFromInline typealias TallPanel = Rows12<OnePanel>
    @usableFromInline typealias ShortPanel = Rows4<OnePanel>
    @usableFromInline typealias TallHalf = Rows12<HalfPanel>
    @usableFromInline typealias ShortHalf = Rows4<HalfPanel>
    @usableFromInline typealias TallQuarter = Rows12<QuarterPanel>
    @usableFromInline typealias ShortQuarter = Rows4<QuarterPanel>
}

/// Six rows of one panel: 12 of AVX2's 16 registers hold sums.
@usableFromInline
enum NarrowTiles: TileShapes {
    @usableFromInline typealias Tall = Rows6<OnePanel>
    @usableFromInline typealias Short = Rows2<OnePanel>
    @usableFromInline typealias TallPanel = Rows6<OnePanel>
    @usableFromInline typealias ShortPanel = Rows2<OnePanel>
    @usableFromInline typealias TallHalf = Rows6<HalfPanel>
    @usableFromInline typealias ShortHalf = Rows2<HalfPanel>
    @usableFromInline typealias TallQuarter = Rows12<QuarterPanel>
    @usableFromInline typealias ShortQuarter = Rows2<QuarterPanel>
}

/// Sizes of the block of output rows that is computed together.
public enum ConvolutionBlock {
    /// Rows gathered at once, a multiple of every tile's height; their input stays in L2.
    @inlinable @_transparent
    public static var rows: Int { 96 }
    /// Floats from one gathered row to the next; input rows that lie so are multiplied where they are.
    @inlinable @_transparent
    public static var rowStride: Int { GatheredInput.stride }
    /// Floats of the tile that rows or columns cut short by an edge pass through.
    @inlinable @_transparent
    public static var edgeCount: Int { 12 * 32 }
    /// Floats of working memory one call needs.
    @inlinable @_transparent
    public static var scratchCount: Int { rows * GatheredInput.stride + edgeCount }
}

/// A part of the weights' rows, and what becomes of the sums before and after it.
@usableFromInline
struct ChainPart {
    /// First weight row.
    @usableFromInline let start: Int
    /// Weight rows.
    @usableFromInline let count: Int
    /// Whether the sums begin here.
    @usableFromInline let isFirst: Bool
    /// Whether the sums end here.
    @usableFromInline let isLast: Bool

    @inlinable @_transparent
    init(start: Int, of depth: Int) {
        self.start = start
        count = min(GatheredInput.depth, depth - start)
        isFirst = start == 0
        isLast = start + count == depth
    }
}

/// Runs `call` with tiles of 12 × 32.
@inlinable @_transparent
public func convolveWide(_ call: UnsafePointer<ConvolutionCall>) { convolve(call.pointee, WideTiles.self) }

/// Runs `call` with tiles of 6 × 16.
@inlinable @_transparent
public func convolveNarrow(_ call: UnsafePointer<ConvolutionCall>) { convolve(call.pointee, NarrowTiles.self) }

/// Runs `call`: block after block of output rows, gathered once, against all panels of the weights.
@inlinable @_transparent
func convolve<Shapes: TileShapes>(_ call: ConvolutionCall, _ shapes: Shapes.Type) {
    let rows = call.images * call.pixelCount
    let depth = call.taps * call.channels
    var row = 0
    while row < rows {
        let count = min(ConvolutionBlock.rows, rows - row)
        var start = 0
        while start < depth {
            let part = ChainPart(start: start, of: depth)
            let gathered = gathered(call, row, count, part)
            multiply(ConvolutionProduct(call: call, gathered: gathered, row: row, rows: count, part: part), shapes)
            start += part.count
        }
        row += count
    }
}

/// A product of matrices, or a part of its chains, that is computed tile by tile.
@usableFromInline
protocol TiledProduct {
    var rows: Int { get }
    var columns: Int { get }
    /// Advances the sums of `count` rows from `row` on; columns beyond the last are left alone.
    func multiply<Tile: RegisterTile>(_ row: Int, _ count: Int, _ column: Int, _ tile: Tile.Type)
}

/// Covers a product with tiles, the widest first.
@inlinable @_transparent
func multiply<Product: TiledProduct, Shapes: TileShapes>(_ product: Product, _ shapes: Shapes.Type) {
    var column = 0
    while column + Shapes.Tall.Row.columns <= product.columns {
        multiplyColumns(product, column, Shapes.Tall.self, Shapes.Short.self)
        column += Shapes.Tall.Row.columns
    }
    while product.columns - column > 8 {
        multiplyColumns(product, column, Shapes.TallPanel.self, Shapes.ShortPanel.self)
        column += 16
    }
    if product.columns - column > 4 {
        multiplyColumns(product, column, Shapes.TallHalf.self, Shapes.ShortHalf.self)
    } else if column < product.columns {
        multiplyColumns(product, column, Shapes.TallQuarter.self, Shapes.ShortQuarter.self)
    }
}

/// Covers the columns of one tile.
@inlinable @_transparent
func multiplyColumns<Product: TiledProduct, Tall: RegisterTile, Short: RegisterTile>(
    _ product: Product,
    _ column: Int,
    _ tall: Tall.Type,
    _ short: Short.Type
) where Tall.Row == Short.Row {
    var done = 0
    while product.rows - done > 2 * Short.height {
        let rows = min(Tall.height, product.rows - done)
        product.multiply(done, rows, column, tall)
        done += rows
    }
    while done < product.rows {
        let rows = min(Short.height, product.rows - done)
        product.multiply(done, rows, column, short)
        done += rows
    }
}
