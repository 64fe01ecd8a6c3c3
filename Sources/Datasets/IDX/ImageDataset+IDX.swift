// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ImageDataset {
    /// The images and labels of a pair of IDX files, whose elements are whole numbers from 0 to 255 of any type.
    ///
    /// `images` has dimensions N×H×W, N×H×W×C or N×C×H×W with C 1 or 3; `labels` has N, N×1, or N×8 as in QMNIST, whose
    /// first column is the class. Unless said otherwise, there are as many classes as the largest label plus one.
    init(name: String, split: String, images: IDXFile, labels: IDXFile, classCount: Int? = nil) throws(DataFileError) {
        let (shape, pixels) = try images.images()
        let classes = try labels.classes()
        guard labels.sizes[0] == images.sizes[0] else {
            throw DataFileError(
                file: labels.file,
                .countMismatch(labels: labels.sizes[0], images: images.file, imageCount: images.sizes[0])
            )
        }
        self.init(name: name, split: split, shape: shape, pixels: pixels, labels: classes, classCount: classCount)
        self = read(from: Files(images: images.file, labels: labels.file))
    }
}

extension IDXFile {
    /// Columns of QMNIST's labels: the class, and seven that tell where a digit comes from (Yadav and Bottou, "Cold case:
    /// the lost MNIST digits", 2019).
    private static let qmnistColumns = 8

    /// One class for each item.
    fileprivate func classes() throws(DataFileError) -> [UInt8] {
        guard sizes.count <= 2 else {
            throw DataFileError(file: file, .dimensions(found: sizes.count, expected: "1 or 2 for labels"))
        }
        let columns = sizes.count == 2 ? sizes[1] : 1
        guard columns == 1 || columns == Self.qmnistColumns else {
            throw DataFileError(file: file, .labelColumns(found: columns))
        }
        return try bytes(step: columns)
    }

    /// All pixels, [N][H][W][C], and what one image is.
    fileprivate func images() throws(DataFileError) -> (shape: ImageShape, pixels: [UInt8]) {
        guard sizes.count == 3 || sizes.count == 4 else {
            let expected = "3 (N×H×W) or 4 (N×H×W×C or N×C×H×W) for images"
            throw DataFileError(file: file, .dimensions(found: sizes.count, expected: expected))
        }
        let last = sizes.count == 4 ? sizes[3] : 1
        if [1, 3].contains(last) {
            return (ImageShape(height: sizes[1], width: sizes[2], channels: last), try bytes())
        }
        guard [1, 3].contains(sizes[1]) else { throw DataFileError(file: file, .channels(found: last)) }
        let shape = ImageShape(height: sizes[2], width: sizes[3], channels: sizes[1])
        return (shape, Self.channelsLast(try bytes(), shape))
    }

    /// Images of planes, [N][C][H][W], as images of pixels.
    private static func channelsLast(_ planes: [UInt8], _ shape: ImageShape) -> [UInt8] {
        let size = shape.height * shape.width
        return stride(from: 0, to: planes.count, by: shape.count).flatMap { image in
            (0..<size).flatMap { pixel in (0..<shape.channels).map { planes[image + $0 * size + pixel] } }
        }
    }
}
