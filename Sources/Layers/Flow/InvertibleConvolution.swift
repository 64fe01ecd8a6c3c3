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
        guard let factors = LUFactors(parameter: { parameters[$0].values }) else { return nil }
        let (lower, upper, order) = (factors.lower, factors.upper, factors.order)
        let product = lower * upper
        matrix = SquareMatrix(size: order.count) { product[order[$0], $1] }
        let inverseProduct = upper.transposed().invertedLower().transposed() * lower.invertedLower()
        inverse = SquareMatrix(size: order.count) { row, column in
            // Column c of (LU)⁻¹·Pᵀ is column order[c] of (LU)⁻¹.
            inverseProduct[row, order[column]]
        }
        logDeterminant = parameters["log-s"].values.reduce(0) { $0 + Double($1) }
    }
}

/// The factors of an ``InvertibleConvolution``'s matrix, of which row i is row `order[i]` of `lower`·`upper`.
struct LUFactors {
    /// L, with ones on the diagonal.
    let lower: SquareMatrix
    /// U, with sign-s·e^log-s on the diagonal.
    let upper: SquareMatrix
    /// The rows of L·U in the order of P.
    let order: [Int]

    /// The factors that the parameters, by their names, come to; nil when `permutation` is none.
    init?(parameter: (String) -> [Float]) {
        let permutation = parameter("permutation")
        let (order, size) = (permutation.compactMap(Int.init(exactly:)), permutation.count)
        guard order.sorted() == Array(0..<size) else { return nil }
        let (below, above) = (parameter("lower"), parameter("upper"))
        let diagonal = zip(parameter("sign-s"), parameter("log-s")).map { Double($0) * PortableMath.exp(Double($1)) }
        self.order = order
        lower = SquareMatrix(size: size) { row, column in
            row == column ? 1 : row > column ? Double(below[row * size + column]) : 0
        }
        upper = SquareMatrix(size: size) { row, column in
            row == column ? diagonal[row] : row < column ? Double(above[row * size + column]) : 0
        }
    }
}
