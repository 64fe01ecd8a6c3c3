// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The transpose of a matrix, in blocks of four by four.
struct MatrixTranspose {
    let source: UnsafePointer<Float>
    let rows: Int
    let columns: Int
    /// Floats from one row of the source, and of the target, to the next.
    let (stride, targetStride): (Int, Int)

    /// `target[column][row] = source[row][column]`, or `+=` when `adding`.
    func copy(to target: UnsafeMutablePointer<Float>, adding: Bool = false) {
        let (wholeRows, wholeColumns) = (rows & ~3, columns & ~3)
        for row in Swift.stride(from: 0, to: wholeRows, by: 4) {
            for column in Swift.stride(from: 0, to: wholeColumns, by: 4) {
                let place = target + column * targetStride + row
                transposeFour(source + row * stride + column, place, adding: adding)
            }
            transposeEach(target, row..<row + 4, wholeColumns..<columns, adding: adding)
        }
        transposeEach(target, wholeRows..<rows, 0..<columns, adding: adding)
    }

    @inline(__always)
    private func transposeEach(
        _ target: UnsafeMutablePointer<Float>,
        _ rows: Range<Int>,
        _ columns: Range<Int>,
        adding: Bool
    ) {
        for row in rows {
            for column in columns {
                let (value, place) = (source[row * stride + column], target + column * targetStride + row)
                place.pointee = adding ? place.pointee + value : value
            }
        }
    }

    @inline(__always)
    private func transposeFour(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, adding: Bool) {
        func row(_ index: Int) -> SIMD4<Float> {
            UnsafeRawPointer(source + index * stride).loadUnaligned(as: SIMD4<Float>.self)
        }
        func store(_ values: SIMD4<Float>, _ index: Int) {
            let place = UnsafeMutableRawPointer(target + index * targetStride)
            let old = adding ? place.loadUnaligned(as: SIMD4<Float>.self) : .zero
            place.storeBytes(of: adding ? old + values : values, as: SIMD4<Float>.self)
        }
        let (a, b, c, d) = (row(0), row(1), row(2), row(3))
        store(SIMD4(a.x, b.x, c.x, d.x), 0)
        store(SIMD4(a.y, b.y, c.y, d.y), 1)
        store(SIMD4(a.z, b.z, c.z, d.z), 2)
        store(SIMD4(a.w, b.w, c.w, d.w), 3)
    }
}
