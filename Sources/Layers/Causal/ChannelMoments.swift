// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Means and variances of a layer's outputs over images and pixels, in double precision.
///
/// Parts measured apart are added in an order of their own, so that the result does not depend on who measured them.
public struct ChannelMoments: Sendable {
    private var rows = 0
    private var sums: [Double]
    private var squares: [Double]

    /// Nothing measured yet, of that many channels.
    public init(channels: Int) {
        sums = [Double](repeating: 0, count: channels)
        squares = sums
    }

    /// Mean of every channel; NaN before any row.
    public var means: [Double] { sums.map { $0 / Double(rows) } }

    /// Variance of every channel around its mean, over the number of rows.
    public var variances: [Double] {
        zip(means, squares).map { mean, square in max(square / Double(rows) - mean * mean, 0) }
    }

    /// Adds the rows of `view`, in order.
    public mutating func add(_ view: RowView) {
        precondition(view.channels == sums.count, "\(view.channels) channels; \(sums.count) are measured")
        for row in 0..<view.rows {
            let values = view.buffer.pointer + view.offset + row * view.stride
            for channel in 0..<view.channels {
                let value = Double(values[channel])
                sums[channel] += value
                squares[channel] += value * value
            }
        }
        rows += view.rows
        withExtendedLifetime(view) {}
    }

    /// Adds what `other` has measured.
    public mutating func add(_ other: ChannelMoments) {
        rows += other.rows
        for channel in sums.indices {
            sums[channel] += other.sums[channel]
            squares[channel] += other.squares[channel]
        }
    }
}
