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
    /// Overwrites the elements by those of `other`, a view of the same shape.
    func copy(_ other: RowView) {
        precondition(other.rows == rows && other.channels == channels, "the views differ in shape")
        for row in 0..<rows {
            (buffer.pointer + offset + row * stride)
                .update(from: other.buffer.pointer + other.offset + row * other.stride, count: channels)
        }
        withExtendedLifetime((self, other)) {}
    }

    /// Whether neither NaN nor infinity is among the elements.
    public var isFinite: Bool {
        (0..<rows).allSatisfy { row in
            (0..<channels).allSatisfy { buffer[offset + row * stride + $0].isFinite }
        }
    }
}
