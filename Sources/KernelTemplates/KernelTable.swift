// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The kernels of one instruction set.
///
/// Each of the three kernel modules makes one, from the same templates, compiled with other flags. Counts of
/// element-wise kernels are in whole vectors of sixteen floats. A closure has no labels: what its arguments are stands in
/// parentheses, in their order.
///
/// A new kernel is a template in this room, a property here, and a line of `KernelsPortable/KernelList.swift`.
public struct KernelTable: Sendable {
    /// Floats that a kernel reads.
    public typealias Input = UnsafePointer<Float>
    /// Floats that a kernel writes.
    public typealias Output = UnsafeMutablePointer<Float>
    /// A function of every element: (x, output, vectors).
    public typealias Unary = @Sendable (Input, Output, Int) -> Void

    /// Convolution or matrix multiply.
    public let convolve: @Sendable (UnsafePointer<ConvolutionCall>) -> Void
    /// Product of the transpose of a matrix with another.
    public let outerProduct: @Sendable (UnsafePointer<OuterProductCall>) -> Void
    /// Second half of a convolution with few outputs.
    public let sumTaps: @Sendable (UnsafePointer<TapSumCall>) -> Void
    /// First step of a Winograd convolution.
    public let winogradInput: @Sendable (UnsafePointer<WinogradInputCall>) -> Void
    /// Last step of a Winograd convolution.
    public let winogradOutput: @Sendable (UnsafePointer<WinogradOutputCall>) -> Void
    /// First step of a weight gradient by Winograd's algorithm.
    public let winogradGradient: @Sendable (UnsafePointer<WinogradGradientCall>) -> Void
    /// Last step of a weight gradient by Winograd's algorithm.
    public let winogradFilterGradient: @Sendable (UnsafePointer<WinogradFilterGradientCall>) -> Void
    /// Random zeros.
    public let mask: @Sendable (UnsafePointer<MaskCall>) -> Void
    /// `eˣ`.
    public let exponential: Unary
    /// `ln x`.
    public let logarithm: Unary
    /// `tanh x`.
    public let hyperbolicTangent: Unary
    /// `1 / (1 + e⁻ˣ)`.
    public let sigmoid: Unary
    /// `ln(1 / (1 + e⁻ˣ))`.
    public let logSigmoid: Unary
    /// `ln(1 + eˣ)`.
    public let softplus: Unary
    /// X where positive, `eˣ − 1` elsewhere.
    public let exponentialLinear: Unary
    /// Sine and cosine: (turns, sine, cosine, vectors).
    public let sineAndCosine: @Sendable (Input, Output, Output, Int) -> Void
    /// `x + p · sigmoid(q)`: (x, p, q, output, extent of each).
    public let gate: @Sendable (KernelRows, KernelRows, KernelRows, KernelRows, KernelExtent) -> Void
    /// `[elu(x), elu(−x)]`: (x, output, extent of x).
    public let concatenatedELU: @Sendable (KernelRows, KernelRows, KernelExtent) -> Void
    /// Affine coupling: (z, shift, scale, log-determinants, vectors).
    public let coupleAffine: @Sendable (Output, Input, Input, Output, Int) -> Void
    /// Inverse affine coupling: (z, shift, scale, vectors).
    public let uncoupleAffine: @Sendable (Output, Input, Input, Int) -> Void
    /// `(z − mean)·e^−logScale`: (z, mean, log-scale, output, vectors).
    public let standardize: @Sendable (Input, Input, Input, Output, Int) -> Void
    /// `mean + factor·epsilon·e^logScale`: (epsilon, mean, log-scale, factor, output, vectors).
    public let unstandardize: @Sendable (Input, Input, Input, Float, Output, Int) -> Void

    /// Backward of rectification, in place: (gradient, output, extent).
    public let rectifyBackward: @Sendable (KernelRows, KernelRows, KernelExtent) -> Void
    /// Backward of `[elu(x), elu(−x)]`: (gradient, output, dx, whether dx is added to, extent of x).
    public let concatenatedELUBackward: @Sendable (KernelRows, KernelRows, KernelRows, Bool, KernelExtent) -> Void
    /// Backward of the gate: (dy, p, q, dp, dq, extent).
    public let gateBackward:
        @Sendable (KernelRows, KernelRows, KernelRows, KernelRows, KernelRows, KernelExtent) -> Void
    /// Backward of affine coupling: (gradient, coupled z, scale, weight of the log-determinant, scale's gradient,
    /// vectors).
    public let coupleAffineBackward: @Sendable (Output, Input, Input, Float, Output, Int) -> Void
    /// Backward of standardisation: (epsilon, log-scale, weight, dz, log-scale's gradient, vectors).
    public let standardizeBackward: @Sendable (Input, Input, Float, Output, Output, Int) -> Void

    /// Sums per channel: (x, sums, whether they are added to, extent).
    public let columnSums: @Sendable (KernelRows, Output, Bool, KernelExtent) -> Void
    /// Sums per channel in double precision: (a, b, Σ a, Σ a·b, extent).
    public let sumProducts:
        @Sendable (KernelRows, KernelRows, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, KernelExtent) ->
            Void
    /// Batch normalisation: (y, x, scale, offset, whether y is added to, extent).
    public let normalise: @Sendable (KernelRows, KernelRows, Input, Input, Bool, KernelExtent) -> Void
    /// Backward of batch normalisation: (dx, x, factor of dx, factor of x, constant, extent).
    public let normaliseBackward: @Sendable (KernelRows, KernelRows, Input, Input, Input, KernelExtent) -> Void

    /// Gathers the kernels; see each for its meaning.
    public init(
        convolve: @escaping @Sendable (UnsafePointer<ConvolutionCall>) -> Void,
        outerProduct: @escaping @Sendable (UnsafePointer<OuterProductCall>) -> Void,
        sumTaps: @escaping @Sendable (UnsafePointer<TapSumCall>) -> Void,
        winogradInput: @escaping @Sendable (UnsafePointer<WinogradInputCall>) -> Void,
        winogradOutput: @escaping @Sendable (UnsafePointer<WinogradOutputCall>) -> Void,
        winogradGradient: @escaping @Sendable (UnsafePointer<WinogradGradientCall>) -> Void,
        winogradFilterGradient: @escaping @Sendable (UnsafePointer<WinogradFilterGradientCall>) -> Void,
        mask: @escaping @Sendable (UnsafePointer<MaskCall>) -> Void,
        exponential: @escaping Unary,
        logarithm: @escaping Unary,
        hyperbolicTangent: @escaping Unary,
        sigmoid: @escaping Unary,
        logSigmoid: @escaping Unary,
        softplus: @escaping Unary,
        exponentialLinear: @escaping Unary,
        sineAndCosine: @escaping @Sendable (Input, Output, Output, Int) -> Void,
        gate: @escaping @Sendable (KernelRows, KernelRows, KernelRows, KernelRows, KernelExtent) -> Void,
        concatenatedELU: @escaping @Sendable (KernelRows, KernelRows, KernelExtent) -> Void,
        coupleAffine: @escaping @Sendable (Output, Input, Input, Output, Int) -> Void,
        uncoupleAffine: @escaping @Sendable (Output, Input, Input, Int) -> Void,
        standardize: @escaping @Sendable (Input, Input, Input, Output, Int) -> Void,
        unstandardize: @escaping @Sendable (Input, Input, Input, Float, Output, Int) -> Void,
        rectifyBackward: @escaping @Sendable (KernelRows, KernelRows, KernelExtent) -> Void,
        concatenatedELUBackward: @escaping @Sendable (KernelRows, KernelRows, KernelRows, Bool, KernelExtent) -> Void,
        gateBackward:
            @escaping @Sendable (KernelRows, KernelRows, KernelRows, KernelRows, KernelRows, KernelExtent) -> Void,
        coupleAffineBackward: @escaping @Sendable (Output, Input, Input, Float, Output, Int) -> Void,
        standardizeBackward: @escaping @Sendable (Input, Input, Float, Output, Output, Int) -> Void,
        columnSums: @escaping @Sendable (KernelRows, Output, Bool, KernelExtent) -> Void,
        sumProducts:
            @escaping @Sendable (
                KernelRows, KernelRows, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, KernelExtent
            ) -> Void,
        normalise: @escaping @Sendable (KernelRows, KernelRows, Input, Input, Bool, KernelExtent) -> Void,
        normaliseBackward: @escaping @Sendable (KernelRows, KernelRows, Input, Input, Input, KernelExtent) -> Void
    ) {
        self.convolve = convolve
        self.outerProduct = outerProduct
        self.sumTaps = sumTaps
        self.winogradInput = winogradInput
        self.winogradOutput = winogradOutput
        self.winogradGradient = winogradGradient
        self.winogradFilterGradient = winogradFilterGradient
        self.mask = mask
        self.exponential = exponential
        self.logarithm = logarithm
        self.hyperbolicTangent = hyperbolicTangent
        self.sigmoid = sigmoid
        self.logSigmoid = logSigmoid
        self.softplus = softplus
        self.exponentialLinear = exponentialLinear
        self.sineAndCosine = sineAndCosine
        self.gate = gate
        self.concatenatedELU = concatenatedELU
        self.coupleAffine = coupleAffine
        self.uncoupleAffine = uncoupleAffine
        self.standardize = standardize
        self.unstandardize = unstandardize
        self.rectifyBackward = rectifyBackward
        self.concatenatedELUBackward = concatenatedELUBackward
        self.gateBackward = gateBackward
        self.coupleAffineBackward = coupleAffineBackward
        self.standardizeBackward = standardizeBackward
        self.columnSums = columnSums
        self.sumProducts = sumProducts
        self.normalise = normalise
        self.normaliseBackward = normaliseBackward
    }
}
