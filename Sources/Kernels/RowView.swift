// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Rows of neighbouring floats inside a buffer: a channel slice of a channels-last tensor.
///
/// Row `r` is the `channels` floats that begin at `offset + r · stride`. For a tensor of shape
/// [image, height, width, channel], a row is one pixel. Creating a view checks that it lies inside its buffer; kernels
/// rely on that and check only that shapes agree.
public struct RowView: Sendable {
    /// The storage, kept alive by the view.
    public let buffer: AlignedBuffer
    /// Position of the first float in the buffer.
    public let offset: Int
    /// Number of rows.
    public let rows: Int
    /// Floats in each row.
    public let channels: Int
    /// Floats from one row's beginning to the next one's.
    public let stride: Int

    /// Views `rows` × `channels` floats of `buffer`; `stride` defaults to `channels`, packed rows.
    public init(_ buffer: AlignedBuffer, offset: Int = 0, rows: Int, channels: Int, stride: Int? = nil) {
        let stride = stride ?? channels
        precondition(rows >= 0 && channels >= 0 && offset >= 0 && stride >= channels, "a view with negative extent")
        precondition(
            rows == 0 || offset + (rows - 1) * stride + channels <= buffer.count,
            "\(rows)×\(channels) floats, stride \(stride), from \(offset) leave a buffer of \(buffer.count)"
        )
        self.buffer = buffer
        self.offset = offset
        self.rows = rows
        self.channels = channels
        self.stride = stride
    }

    /// The rows of `range` only.
    public func rows(_ range: Range<Int>) -> RowView {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) outside 0..<\(rows)")
        return RowView(
            buffer,
            offset: offset + range.lowerBound * stride,
            rows: range.count,
            channels: channels,
            stride: stride
        )
    }

    /// The channels of `range` only.
    public func channels(_ range: Range<Int>) -> RowView {
        precondition(range.lowerBound >= 0 && range.upperBound <= channels, "channels \(range) outside 0..<\(channels)")
        return RowView(buffer, offset: offset + range.lowerBound, rows: rows, channels: range.count, stride: stride)
    }

    /// The elements, row after row, copied.
    public var elements: [Float] {
        (0..<rows).flatMap { row in (0..<channels).map { pointer[row * stride + $0] } }
    }

    var pointer: UnsafeMutablePointer<Float> { buffer.pointer + offset }

    /// Whether rows follow one another without a gap.
    var isPacked: Bool { stride == channels }

    /// Of a packed view: how many of its first elements make whole vectors, and the elements that remain, as one row.
    var wholeVectors: (count: Int, rest: RowView) {
        let total = rows * channels
        let whole = total & ~15
        return (whole, RowView(buffer, offset: offset + whole, rows: 1, channels: total - whole))
    }

    func hasShape(of other: RowView) -> Bool { rows == other.rows && channels == other.channels }
}
