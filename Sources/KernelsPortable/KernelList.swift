// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import KernelTemplates

/// Every kernel, as this module compiles it: closures over the templates of `KernelTemplates`.
///
/// One file, which the folders of the other instruction sets link to. A shared function would not do: what is inlined
/// from it into three modules, closures too, becomes weak functions, of which the linker keeps one for the whole
/// program; so would an array or any other generic here. Calling this, too, needs the module's instruction set.
@inline(never)
public func makeKernelTable() -> KernelTable {
    KernelTable(
        convolve: { convolveInTiles($0) },
        outerProduct: { outerProductInTiles($0) },
        sumTaps: { sumTaps($0) },
        winogradInput: { winogradInput($0) },
        winogradOutput: { winogradOutput($0) },
        winogradGradient: { winogradGradient($0) },
        winogradFilterGradient: { winogradFilterGradient($0) },
        mask: { mask($0) },
        exponential: { exponentialBody($0, $1, $2) },
        logarithm: { logarithmBody($0, $1, $2) },
        hyperbolicTangent: { hyperbolicTangentBody($0, $1, $2) },
        sigmoid: { sigmoidBody($0, $1, $2) },
        logSigmoid: { logSigmoidBody($0, $1, $2) },
        softplus: { softplusBody($0, $1, $2) },
        exponentialLinear: { exponentialLinearBody($0, $1, $2) },
        sineAndCosine: { sineAndCosineBody($0, $1, $2, $3) },
        gate: { gateBody($0, $1, $2, output: $3, extent: $4) },
        concatenatedELU: { concatenatedELUBody($0, $1, $2) },
        coupleAffine: { coupleAffineBody($0, shift: $1, scale: $2, logDeterminants: $3, vectors: $4) },
        uncoupleAffine: { uncoupleAffineBody($0, shift: $1, scale: $2, vectors: $3) },
        standardize: { standardizeBody($0, mean: $1, logScale: $2, output: $3, vectors: $4) },
        unstandardize: { unstandardizeBody($0, mean: $1, logScale: $2, factor: $3, output: $4, vectors: $5) },
        rectifyBackward: { rectifyBackwardBody($0, $1, $2) },
        concatenatedELUBackward: {
            concatenatedELUBackwardBody($0, activated: $1, dx: $2, accumulates: $3, extent: $4)
        },
        gateBackward: { gateBackwardBody($0, p: $1, q: $2, dp: $3, dq: $4, extent: $5) },
        coupleAffineBackward: {
            coupleAffineBackwardBody($0, coupled: $1, scale: $2, weight: $3, scaleGradient: $4, vectors: $5)
        },
        standardizeBackward: {
            standardizeBackwardBody($0, logScale: $1, weight: $2, dz: $3, logScaleGradient: $4, vectors: $5)
        },
        columnSums: { columnSumsBody($0, $1, $2, $3) },
        sumProducts: { sumProductsBody($0, $1, sums: $2, products: $3, extent: $4) },
        normalise: { normaliseBody($0, $1, scale: $2, offset: $3, accumulates: $4, extent: $5) },
        normaliseBackward: { normaliseBackwardBody($0, $1, own: $2, ofInput: $3, constant: $4, extent: $5) }
    )
}
