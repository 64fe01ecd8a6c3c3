// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

// For AVX2 with FMA, whose sixteen registers of eight floats hold the sums of a tile of 6 × 16.

/// The convolution in the register tiles of this instruction set.
@_transparent
func convolveInTiles(_ call: UnsafePointer<ConvolutionCall>) { convolveNarrow(call) }

/// The outer product in the register tiles of this instruction set.
@_transparent
func outerProductInTiles(_ call: UnsafePointer<OuterProductCall>) { outerProductNarrow(call) }
