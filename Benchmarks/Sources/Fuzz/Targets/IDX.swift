// BitSweep
// SPDX-License-Identifier: Apache-2.0

@testable import Datasets

extension FuzzTarget {
    /// A user's pair of files, gzipped or not: two bytes with the length of the images, the images, the labels.
    static let idx = FuzzTarget(name: "idx") { bytes in
        guard bytes.count >= 2 else { return }
        let first = bytes.dropFirst(2).prefix(Int(bytes[0]) << 8 | Int(bytes[1]))
        let (images, labels) = (file(first), file(bytes[first.endIndex...]))
        guard let images, let labels,
            let dataset = try? ImageDataset(name: "own", split: "test", images: images, labels: labels)
        else { return }
        law(dataset.pixels.count == dataset.count * dataset.shape.count, "as many pixels as the images have")
        _ = dataset.count > 0 ? dataset.image(at: dataset.count - 1) : nil
    }

    private static func file(_ bytes: ArraySlice<UInt8>) -> IDXFile? {
        guard let content = try? DecodedBytes(Array(bytes), file: "input") else { return nil }
        let file = try? IDXFile(content, limit: 1 << 20)
        _ = file?.digest
        return file
    }
}
