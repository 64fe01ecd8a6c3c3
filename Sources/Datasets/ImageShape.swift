// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Rows, columns and channels of an image.
public struct ImageShape: Hashable, Sendable {
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// Values for each pixel: 1 or 3.
    public var channels: Int

    /// A shape of one channel unless said otherwise.
    public init(height: Int, width: Int, channels: Int = 1) {
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Number of values: height × width × channels.
    public var count: Int { height * width * channels }
}

extension ImageShape: CustomStringConvertible {
    /// Such as `28×28×1`.
    public var description: String { "\(height)×\(width)×\(channels)" }
}
