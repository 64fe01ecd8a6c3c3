// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The invertible 1×1 convolution y = W·x of each pixel, W in its LU form (Glow, §3.2).
///
/// W = P·(tril(lower, −1) + I)·(triu(upper, 1) + diag(sign-s·e^log-s)); row i of the permutation matrix P has its one
/// in column `permutation[i]`. The matrix, its inverse and its log-determinant are computed in double precision.
public struct InvertibleConvolution: Sendable {
    /// W.
    public let matrix: SquareMatrix
    /// W⁻¹.
    public let inverse: SquareMatrix
    /// ln |det W|, the log-determinant at one pixel.
    public let logDeterminant: Double

    /// The parameters for `channels` channels.
    public static func parameters(channels: Int) -> [ParameterSpec] {
        [
            ParameterSpec("permutation", [channels]),
            ParameterSpec("lower", [channels, channels]), ParameterSpec("upper", [channels, channels]),
            ParameterSpec("log-s", [channels]), ParameterSpec("sign-s", [channels]),
        ]
    }

    /// Takes its parameters from `parameters`; nil when `permutation` is not one of 0..<channels.
    public init?(_ parameters: ParameterSet) {
        let order = parameters["permutation"].values.compactMap(Int.init(exactly:))
        let size = parameters["permutation"].values.count
        guard order.sorted() == Array(0..<size) else { return nil }
        let lower = parameters["lower"].values
        let upper = parameters["upper"].values
        let logs = parameters["log-s"].values.map(Double.init)
        let diagonal = zip(parameters["sign-s"].values, logs).map { Double($0) * PortableMath.exp($1) }
        let unitLower = SquareMatrix(size: size) { row, column in
            row == column ? 1 : row > column ? Double(lower[row * size + column]) : 0
        }
        let fullUpper = SquareMatrix(size: size) { row, column in
            row == column ? diagonal[row] : row < column ? Double(upper[row * size + column]) : 0
        }
        let product = unitLower * fullUpper
        matrix = SquareMatrix(size: size) { product[order[$0], $1] }
        let inverseProduct = fullUpper.transposed().invertedLower().transposed() * unitLower.invertedLower()
        inverse = SquareMatrix(size: size) { row, column in
            // Column c of (LU)⁻¹·Pᵀ is column order[c] of (LU)⁻¹.
            inverseProduct[row, order[column]]
        }
        logDeterminant = logs.reduce(0, +)
    }
}
