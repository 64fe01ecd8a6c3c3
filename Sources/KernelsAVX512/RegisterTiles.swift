// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

// For AVX-512 F, VL, DQ and BW, whose thirty-two registers of sixteen floats hold the sums of a tile of 12 × 32.

/// The convolution in the register tiles of this instruction set.
@_transparent
func convolveInTiles(_ call: UnsafePointer<ConvolutionCall>) { convolveWide(call) }

/// The outer product in the register tiles of this instruction set.
@_transparent
func outerProductInTiles(_ call: UnsafePointer<OuterProductCall>) { outerProductWide(call) }
