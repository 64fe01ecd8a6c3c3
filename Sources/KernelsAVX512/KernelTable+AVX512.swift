// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import KernelTemplates

/// The templates compiled for AVX-512 F, VL, DQ and BW.
///
/// Calling this, too, needs that instruction set. Nothing but closures over the templates belongs here: an array or any
/// other generic would leave weak functions, of which the linker may keep this module's copy for the whole program.
@inline(never)
public func makeKernelTable() -> KernelTable {
    KernelTable(
        convolve: { convolveWide($0) },
        outerProduct: { outerProductWide($0) },
        sumTaps: { sumTaps($0) },
        winogradInput: { winogradInput($0) },
        winogradOutput: { winogradOutput($0) },
        exponential: { exponentialBody($0, $1, $2) },
        logarithm: { logarithmBody($0, $1, $2) },
        hyperbolicTangent: { hyperbolicTangentBody($0, $1, $2) },
        sigmoid: { sigmoidBody($0, $1, $2) },
        logSigmoid: { logSigmoidBody($0, $1, $2) },
        softplus: { softplusBody($0, $1, $2) },
        exponentialLinear: { exponentialLinearBody($0, $1, $2) },
        sineAndCosine: { sineAndCosineBody($0, $1, $2, $3) },
        gate: { gateBody($0, $1, $2, $3, $4) },
        concatenatedELU: { concatenatedELUBody($0, $1, $2) },
        coupleAffine: { coupleAffineBody($0, $1, $2, $3, $4) },
        uncoupleAffine: { uncoupleAffineBody($0, $1, $2, $3) },
        standardize: { standardizeBody($0, $1, $2, $3, $4) },
        unstandardize: { unstandardizeBody($0, $1, $2, $3, $4, $5) },
        rectifyBackward: { rectifyBackwardBody($0, $1, $2) },
        concatenatedELUBackward: { concatenatedELUBackwardBody($0, $1, $2, $3, $4) },
        gateBackward: { gateBackwardBody($0, $1, $2, $3, $4, $5) },
        coupleAffineBackward: { coupleAffineBackwardBody($0, $1, $2, $3, $4, $5) },
        standardizeBackward: { standardizeBackwardBody($0, $1, $2, $3, $4, $5) },
        columnSums: { columnSumsBody($0, $1, $2, $3) },
        sumProducts: { sumProductsBody($0, $1, $2, $3, $4) },
        normalise: { normaliseBody($0, $1, $2, $3, $4, $5) },
        normaliseBackward: { normaliseBackwardBody($0, $1, $2, $3, $4, $5) }
    )
}
