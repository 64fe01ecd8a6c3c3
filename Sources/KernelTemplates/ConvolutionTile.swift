// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One part of the chains of `rows` output rows from `row` on, whose gathered input is `gathered`.
@usableFromInline
struct ConvolutionProduct: TiledProduct {
    @usableFromInline let call: ConvolutionCall
    @usableFromInline let gathered: UnsafePointer<Float>
    @usableFromInline let row: Int
    @usableFromInline let rows: Int
    @usableFromInline let part: ChainPart

    @inlinable @_transparent
    init(call: ConvolutionCall, gathered: UnsafePointer<Float>, row: Int, rows: Int, part: ChainPart) {
        self.call = call
        self.gathered = gathered
        self.row = row
        self.rows = rows
        self.part = part
    }

    @inlinable @_transparent
    var columns: Int { call.columns }

    /// A tile cut short by the last row or column passes through the working memory.
    @inlinable @_transparent
    func multiply<Tile: RegisterTile>(_ first: Int, _ count: Int, _ column: Int, _ tile: Tile.Type) {
        let columns = min(Tile.Row.columns, call.columns - column)
        let output = OutputRows(call, row + first, column)
        let isInPlace = count == Tile.height && columns == Tile.Row.columns && output.areEvenlySpaced(count)
        let edge = call.scratch + ConvolutionBlock.rows * GatheredInput.stride
        let target = isInPlace ? output.address : edge
        let stride = isInPlace ? call.outputStride : 32
        let reads = call.accumulates || !part.isFirst
        if reads && !isInPlace { output.read(count, columns, edge) }

        var sums: Tile
        let bias = Tile.Row(at: call.bias + column, panelStride: 16)
        if reads {
            sums = Tile(at: target, stride: stride)
            if part.isFirst { sums.add(bias) }
        } else {
            sums = Tile(start: bias)
        }
        sums = products(gathered + first * GatheredInput.stride, column, sums)
        if part.isLast && call.rectifies { sums.rectify() }
        sums.store(at: target, stride: stride)
        if !isInPlace { output.write(count, columns, edge) }
    }

    /// `sums` after the products of the part.
    @inlinable @_transparent
    func products<Tile: RegisterTile>(_ gathered: UnsafePointer<Float>, _ column: Int, _ sums: Tile) -> Tile {
        let panelStride = call.taps * call.channels * 16
        var weights = call.weights + column / 16 * panelStride + part.start * 16
        var a = gathered
        var sums = sums
        for _ in 0..<part.count {
            sums.addProducts(a, Tile.Row(at: weights, panelStride: panelStride))
            a += 1
            weights += 16
        }
        return sums
    }
}

/// Where a tile's rows lie in the output: in one image, or running over the end of one.
@usableFromInline
struct OutputRows {
    @usableFromInline let call: ConvolutionCall
    @usableFromInline let image: Int
    @usableFromInline let pixel: Int
    @usableFromInline let column: Int

    @inlinable @_transparent
    init(_ call: ConvolutionCall, _ row: Int, _ column: Int) {
        self.call = call
        self.column = column
        // Where images lie close to one another, all their rows are those of one long image; saves a division.
        image = call.pixelCount == call.outputPixels ? 0 : row / call.pixelCount
        pixel = row - image * call.pixelCount
    }

    /// The tile's first float.
    @inlinable @_transparent
    var address: UnsafeMutablePointer<Float> {
        call.output + (image * call.outputPixels + call.firstPixel + pixel) * call.outputStride + column
    }

    /// Whether `rows` rows lie `outputStride` apart.
    @inlinable @_transparent
    func areEvenlySpaced(_ rows: Int) -> Bool {
        call.pixelCount == call.outputPixels || pixel + rows <= call.pixelCount
    }

    /// First float of the tile's row `row`.
    @inlinable @_transparent
    func address(ofRow row: Int) -> UnsafeMutablePointer<Float> {
        let place = pixel + row
        let image = image + place / call.pixelCount
        let position = image * call.outputPixels + call.firstPixel + place % call.pixelCount
        return call.output + position * call.outputStride + column
    }

    /// Copies existing output into the edge tile.
    @inlinable @_transparent
    func read(_ rows: Int, _ columns: Int, _ edge: UnsafeMutablePointer<Float>) {
        for row in 0..<rows {
            let source = address(ofRow: row)
            for column in 0..<columns { edge[row * 32 + column] = source[column] }
        }
    }

    /// Copies the edge tile into the output.
    @inlinable @_transparent
    func write(_ rows: Int, _ columns: Int, _ edge: UnsafeMutablePointer<Float>) {
        for row in 0..<rows {
            let target = address(ofRow: row)
            for column in 0..<columns { target[column] = edge[row * 32 + column] }
        }
    }
}
