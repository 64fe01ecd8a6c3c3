// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A matrix drawn evenly from all orthogonal ones, as the parameters of an invertible 1×1 convolution (Glow, §3.2).
struct RandomRotation {
    /// By the names of ``InvertibleConvolution``'s parameters.
    let values: [String: [Float]]

    /// A `size`×`size` matrix that `draws` decides; the same one on every machine.
    init(size: Int, _ draws: RandomStream) {
        // The portable kernels: first values must not depend on the machine, and need no speed.
        let gaussians = draws.gaussians(size * size, KernelSet(.portable)).map { Double($0) }
        let rows = (0..<size).map { Array(gaussians[$0 * size..<($0 + 1) * size]) }
        var (remaining, order) = (Self.orthonormal(rows), Array(0..<size))
        var lower = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
        // Gaussian elimination; the row with the largest pivot comes first, so that no factor exceeds one.
        for column in 0..<size {
            let pivot = (column..<size).max { remaining[$0][column].magnitude < remaining[$1][column].magnitude }
            remaining.swapAt(column, pivot ?? column)
            lower.swapAt(column, pivot ?? column)
            order.swapAt(column, pivot ?? column)
            for row in column + 1..<max(size, column + 1) {
                let factor = remaining[row][column] / remaining[column][column]
                lower[row][column] = factor
                for place in column..<size { remaining[row][place] -= factor * remaining[column][place] }
            }
        }
        // Row i of the product L·U is row order[i] of the matrix.
        var permutation = [Float](repeating: 0, count: size)
        for (row, origin) in order.enumerated() { permutation[origin] = Float(row) }
        let diagonal = (0..<size).map { remaining[$0][$0] }
        values = [
            "permutation": permutation,
            "lower": lower.flatMap { $0.map { Float($0) } },
            "upper": remaining.enumerated().flatMap { row, entries in
                entries.enumerated().map { $0 > row ? Float($1) : 0 }
            },
            "log-s": diagonal.map { Float(PortableMath.log($0.magnitude)) },
            "sign-s": diagonal.map { $0 < 0 ? -1 : 1 },
        ]
    }

    /// The Gram–Schmidt process, twice over: once alone leaves rounding errors in what was nearly parallel.
    private static func orthonormal(_ rows: [[Double]]) -> [[Double]] {
        var done: [[Double]] = []
        for row in rows {
            var row = row
            for other in done + done {
                let overlap = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                row = zip(row, other).map { $0 - overlap * $1 }
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            done.append(row.map { $0 / length })
        }
        return done
    }
}
