// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

// For any x86-64: fused multiply-adds in software, slow, the reference for the others.

/// The convolution in the register tiles of this instruction set.
@_transparent
func convolveInTiles(_ call: UnsafePointer<ConvolutionCall>) { convolveNarrow(call) }

/// The outer product in the register tiles of this instruction set.
@_transparent
func outerProductInTiles(_ call: UnsafePointer<OuterProductCall>) { outerProductNarrow(call) }
