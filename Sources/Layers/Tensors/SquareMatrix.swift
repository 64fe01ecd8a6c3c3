// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A small square matrix in double precision, row-major: the 1×1 convolutions are prepared in it at load.
public struct SquareMatrix: Sendable {
    /// Rows, and columns.
    public let size: Int
    /// The entries, row after row.
    public private(set) var entries: [Double]

    /// The matrix whose entry in row i and column j is `entry(i, j)`.
    public init(size: Int, entry: (Int, Int) -> Double) {
        self.size = size
        entries = (0..<size * size).map { entry($0 / size, $0 % size) }
    }

    /// The entry in `row` and `column`.
    public subscript(row: Int, column: Int) -> Double {
        get { entries[row * size + column] }
        set { entries[row * size + column] = newValue }
    }

    /// The matrix product.
    public static func * (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
        precondition(left.size == right.size, "\(left.size)×\(left.size) times \(right.size)×\(right.size)")
        let size = left.size
        var product = SquareMatrix(size: size) { _, _ in 0 }
        // A row at a time, neighbours together; each entry is still summed in the order of the inner index.
        product.entries.withUnsafeMutableBufferPointer { entries in
            right.entries.withUnsafeBufferPointer { right in
                guard let entries = entries.baseAddress, let right = right.baseAddress else { return }
                for row in 0..<size {
                    for inner in 0..<size {
                        let (factor, target, source) = (left[row, inner], entries + row * size, right + inner * size)
                        for column in 0..<size { target[column] += factor * source[column] }
                    }
                }
            }
        }
        return product
    }

    /// The product with a column vector.
    public static func * (left: SquareMatrix, right: [Double]) -> [Double] {
        precondition(left.size == right.count, "\(left.size)×\(left.size) times \(right.count) numbers")
        return right.indices.map { row in right.indices.reduce(0.0) { $0 + left[row, $1] * right[$1] } }
    }

    /// The inverse of a lower triangular matrix, by forward substitution; infinite or NaN where the diagonal is zero.
    public func invertedLower() -> SquareMatrix {
        var inverse = SquareMatrix(size: size) { _, _ in 0 }
        for column in 0..<size {
            for row in column..<size {
                var sum = row == column ? 1.0 : 0.0
                for inner in column..<row { sum -= self[row, inner] * inverse[inner, column] }
                inverse[row, column] = sum / self[row, row]
            }
        }
        return inverse
    }

    /// Rows and columns exchanged.
    public func transposed() -> SquareMatrix {
        SquareMatrix(size: size) { self[$1, $0] }
    }
}
