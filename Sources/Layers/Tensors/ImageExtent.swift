// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Rows, columns and channels of an image on its way through a network; stored channels last.
public struct ImageExtent: Hashable, Sendable {
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// Numbers at each pixel.
    public var channels: Int

    /// An image of height × width × channels.
    public init(height: Int, width: Int, channels: Int) {
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Rows and columns.
    public var size: ImageSize { ImageSize(height: height, width: width) }

    /// Rows times columns.
    public var pixels: Int { height * width }

    /// Numbers in one image.
    public var count: Int { height * width * channels }

    /// What a layer of that stride, which keeps the image's size but for it, makes of the image.
    public func reduced(by stride: Int, channels: Int) -> ImageExtent {
        ImageExtent(height: (height + stride - 1) / stride, width: (width + stride - 1) / stride, channels: channels)
    }
}
