// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

extension AlignedBuffer {
    /// Whether neither NaN nor infinity is among the elements of `range`.
    func isFinite(in range: Range<Int>) -> Bool {
        range.allSatisfy { self[$0].isFinite }
    }
}

extension RowView {
    /// Whether neither NaN nor infinity is among the elements.
    public var isFinite: Bool {
        (0..<rows).allSatisfy { row in
            (0..<channels).allSatisfy { buffer[offset + row * stride + $0].isFinite }
        }
    }
}
