// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One split of a data set in memory: 8-bit images of one size, each with a label.
public struct ImageDataset: Sendable {
    /// The name the sweep file gives the data set.
    public let name: String
    /// The part of the data set: `train` or `test`.
    public let split: String
    /// Rows, columns and channels of each image.
    public let shape: ImageShape
    /// All pixels, [N][H][W][C].
    public let pixels: [UInt8]
    /// The class of each image, below `classCount`.
    public let labels: [UInt8]
    /// Number of classes.
    public let classCount: Int
    /// SHA-256 of the shape, the pixels and the labels; independent of the name and of how the files were packed.
    public let digest: Digest
    /// The two files that it was read from; nil for one that was read from none.
    public private(set) var files: Files?

    /// Paths of the IDX files of a split, gzipped or not.
    public struct Files: Hashable, Sendable {
        /// The file of images.
        public let images: String
        /// The file of their labels.
        public let labels: String
    }

    /// A data set from values; `pixels` has `shape.count` values for each label.
    ///
    /// Unless said otherwise, there are as many classes as the largest label plus one.
    public init(
        name: String,
        split: String,
        shape: ImageShape,
        pixels: [UInt8],
        labels: [UInt8],
        classCount: Int? = nil
    ) {
        precondition(pixels.count == labels.count * shape.count, "pixels do not match labels and shape")
        let classes = classCount ?? (labels.max().map { Int($0) + 1 } ?? 0)
        precondition(labels.allSatisfy { $0 < classes }, "a label is not below the number of classes")
        self.name = name
        self.split = split
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
        self.classCount = classes
        // Shape first: 28×28 and 14×56 images of the same bytes are different data sets.
        let header = "\(labels.count) images of \(shape)\n"
        digest = Digest(ofConcatenated: [Array(header.utf8), pixels, labels])
    }

    /// Notes what it was read from.
    func read(from files: Files) -> ImageDataset {
        var dataset = self
        dataset.files = files
        return dataset
    }

    /// Number of images.
    public var count: Int { labels.count }

    /// The image at `index`, which is below `count`.
    public func image(at index: Int) -> ByteImage {
        ByteImage(shape, pixels: Array(pixels[index * shape.count..<(index + 1) * shape.count]))
    }
}
