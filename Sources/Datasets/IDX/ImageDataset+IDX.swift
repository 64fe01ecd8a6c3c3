// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ImageDataset {
    /// The images and labels of a pair of IDX files.
    ///
    /// `images` has dimensions N×H×W or N×H×W×C with C 1 or 3; `labels` has N. Unless said otherwise, there are as many
    /// classes as the largest label plus one.
    init(name: String, split: String, images: IDXFile, labels: IDXFile, classCount: Int? = nil) throws(DataFileError) {
        let rank = images.sizes.count
        guard rank == 3 || rank == 4 else {
            throw DataFileError(
                file: images.file,
                .dimensions(found: rank, expected: "3 (N×H×W) or 4 (N×H×W×C) for images")
            )
        }
        let channels = rank == 4 ? images.sizes[3] : 1
        guard channels == 1 || channels == 3 else { throw DataFileError(file: images.file, .channels(found: channels)) }
        guard labels.sizes.count == 1 else {
            throw DataFileError(file: labels.file, .dimensions(found: labels.sizes.count, expected: "1 for labels"))
        }
        guard labels.sizes[0] == images.sizes[0] else {
            throw DataFileError(
                file: labels.file,
                .countMismatch(labels: labels.sizes[0], images: images.file, imageCount: images.sizes[0])
            )
        }
        self.init(
            name: name,
            split: split,
            shape: ImageShape(height: images.sizes[1], width: images.sizes[2], channels: channels),
            pixels: images.elements,
            labels: labels.elements,
            classCount: classCount
        )
    }
}
