// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What planning must know of one split of a data set.
public struct DatasetFacts: Hashable, Sendable {
    /// Rows of an image.
    public var height: Int
    /// Columns of an image.
    public var width: Int
    /// 1 or 3.
    public var channels: Int
    /// Number of classes; labels are below it.
    public var classes: Int
    /// Number of images in the split.
    public var count: Int

    /// The facts of one split.
    public init(height: Int, width: Int, channels: Int, classes: Int, count: Int) {
        self.height = height
        self.width = width
        self.channels = channels
        self.classes = classes
        self.count = count
    }
}
