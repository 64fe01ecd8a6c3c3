// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Datasets

/// IDX bytes written from the format's description.
func idx(_ sizes: [Int], type: UInt8 = 8, _ elements: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(sizes.count)]
        + sizes.flatMap { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } }
        + elements
}

@Suite struct IDXFileTests {
    private let pixels = (0..<24).map { UInt8($0 * 10) }

    private func load(_ images: [UInt8], _ labels: [UInt8]) throws -> ImageDataset {
        let folder = try TemporaryFolder()
        let source = DatasetSource.idx(
            images: try folder.write(images, to: "images"),
            labels: try folder.write(labels, to: "labels")
        )
        return try DatasetLibrary().load(source, name: "mine", split: "test")
    }

    @Test("a pair of files is read, gzipped or not, to the same data set", arguments: [false, true])
    func pair(gzipped: Bool) throws {
        let images = idx([4, 2, 3], pixels)
        let dataset = try load(gzipped ? Gzip.stored(images) : images, idx([4], [2, 0, 1, 2]))
        #expect(dataset.shape == ImageShape(height: 2, width: 3))
        #expect(dataset.labels == [2, 0, 1, 2])
        #expect(dataset.classCount == 3)
        #expect(dataset.count == 4)
        #expect(dataset.image(at: 1).pixels == Array(pixels[6..<12]))
        #expect(dataset.name == "mine")
        #expect(dataset.digest == (try load(images, idx([4], [2, 0, 1, 2])).digest))
    }

    @Test("four dimensions are images with 3 channels, or with 1")
    func channels() throws {
        #expect(
            try load(idx([2, 2, 2, 3], pixels), idx([2], [0, 1])).shape == ImageShape(height: 2, width: 2, channels: 3)
        )
        #expect(try load(idx([4, 2, 3, 1], pixels), idx([4], [0, 1, 0, 1])).shape == ImageShape(height: 2, width: 3))
    }

    @Test("labels in QMNIST's columns are their first, a single column is the labels, in any type of whole numbers")
    func labelColumns() throws {
        let images = idx([4, 2, 3], pixels)
        let expected = try load(images, idx([4], [2, 0, 1, 2])).digest
        func big(_ values: [UInt8], _ size: Int) -> [UInt8] {
            values.flatMap { [UInt8](repeating: 0, count: size - 1) + [$0] }
        }
        let qmnist: [UInt8] = [2, 0, 1, 2].flatMap { [$0, 4, 99, 99, 7, 200, 0, 1] as [UInt8] }
        #expect(try load(images, idx([4, 8], type: 12, big(qmnist, 4))).digest == expected)
        #expect(try load(images, idx([4, 8], type: 8, qmnist)).digest == expected)
        #expect(try load(images, Gzip.stored(idx([4, 1], type: 11, big([2, 0, 1, 2], 2)))).digest == expected)
        #expect(try load(images, idx([4], type: 12, big([2, 0, 1, 2], 4))).digest == expected)
        #expect(try load(images, idx([4], type: 9, [2, 0, 1, 2])).digest == expected)
        let doubles: [UInt8] = [2, 0, 1, 2].flatMap { value in
            (0..<8).map { UInt8(truncatingIfNeeded: Double(value).bitPattern >> (56 - 8 * $0)) }
        }
        #expect(try load(images, idx([4], type: 14, doubles)).digest == expected)
        // Only the first column has to be a class.
        let writers: [UInt8] = ([2, 0, 1, 2] as [UInt8]).flatMap { [0, 0, 0, $0] + [UInt8](repeating: 255, count: 28) }
        #expect(try load(images, idx([4, 8], type: 12, writers)).digest == expected)
    }

    @Test("images in planes are those in pixels, and pixels may be whole numbers of any type")
    func planesAndTypes() throws {
        let labels = idx([2], [0, 1])
        let expected = try load(idx([2, 2, 2, 3], pixels), labels).digest
        let planes: [UInt8] = [0, 12].flatMap { image in
            (0..<3).flatMap { c in (0..<4).map { pixels[image + 3 * $0 + c] } }
        }
        #expect(try load(idx([2, 3, 2, 2], planes), labels).digest == expected)
        let shorts: [UInt8] = pixels.flatMap { [0, $0] }
        #expect(try load(idx([2, 2, 2, 3], type: 11, shorts), labels).digest == expected)
    }

    @Test("the digest tells apart pixels, labels and shapes, not names")
    func digest() throws {
        let original = try load(idx([4, 2, 3], pixels), idx([4], [2, 0, 1, 2]))
        #expect(try load(idx([4, 3, 2], pixels), idx([4], [2, 0, 1, 2])).digest != original.digest)
        #expect(try load(idx([4, 2, 3], pixels), idx([4], [2, 1, 1, 2])).digest != original.digest)
        #expect(try load(idx([4, 2, 3], pixels.reversed()), idx([4], [2, 0, 1, 2])).digest != original.digest)
        let renamed = ImageDataset(
            name: "other",
            split: "train",
            shape: original.shape,
            pixels: pixels,
            labels: original.labels
        )
        #expect(renamed.digest == original.digest)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let images: [UInt8]
        let labels: [UInt8]
        let file: String
        let problem: DataFileError.Problem

        init(_ title: String, images: [UInt8]? = nil, labels: [UInt8]? = nil, _ problem: DataFileError.Problem) {
            testDescription = title
            self.images = images ?? idx([2, 2, 3], [UInt8](repeating: 7, count: 12))
            self.labels = labels ?? idx([2], [0, 1])
            file = images == nil ? "labels" : "images"
            self.problem = problem
        }
    }

    private static let page = Array("<html>Not Found</html>".utf8)

    private static func recognised(_ bytes: [UInt8]) -> DataFileError.Problem {
        RecognisedFile(bytes).map { .otherKind($0) } ?? .notIDX(firstBytes: bytes)
    }

    private static let twelve = [UInt8](repeating: 7, count: 12)

    static let refusals = [
        Refusal("four strange bytes", images: [1, 2, 3, 4], .notIDX(firstBytes: [1, 2, 3, 4])),
        Refusal("an empty file", images: [], recognised([])),
        Refusal("a text file", images: Array("hello".utf8), recognised(Array("hello".utf8))),
        Refusal("a web page, gzipped", images: Gzip.stored(page), recognised(page)),
        Refusal("elements of no type", images: idx([1, 1, 3], type: 10, twelve), .elementType(code: 10)),
        Refusal(
            "fractions",
            images: idx([2, 1, 1], type: 13, [0x3F, 0, 0, 0, 0x40, 0, 0, 0]),
            .values(least: 0.5, most: 2)
        ),
        Refusal("a class beyond a byte", labels: idx([2], type: 11, [1, 0, 0, 1]), .values(least: 1, most: 256)),
        Refusal("a class below zero", labels: idx([2], type: 9, [255, 1]), .values(least: -1, most: 1)),
        Refusal("classes one-hot", labels: idx([2, 3], [1, 0, 0, 0, 1, 0]), .labelColumns(found: 3)),
        Refusal(
            "no dimensions",
            images: idx([], []),
            .dimensions(found: 0, expected: "1 or 2 for labels, 3 or 4 for images")
        ),
        Refusal(
            "255 dimensions",
            images: [0, 0, 8, 255],
            .dimensions(found: 255, expected: "1 or 2 for labels, 3 or 4 for images")
        ),
        Refusal(
            "labels in the images' place",
            images: idx([2], [0, 1]),
            .dimensions(found: 1, expected: "3 (N×H×W) or 4 (N×H×W×C or N×C×H×W) for images")
        ),
        Refusal(
            "images in the labels' place",
            labels: idx([1, 1, 2], [0, 1]),
            .dimensions(found: 3, expected: "1 or 2 for labels")
        ),
        Refusal("two channels", images: idx([1, 2, 3, 2], twelve), .channels(found: 2)),
        Refusal("a header cut short", images: [0, 0, 8, 3, 0, 0, 0, 2, 0], .truncated(found: 9, expected: 16)),
        Refusal("one pixel too few", images: idx([2, 2, 3], twelve.dropLast()), .truncated(found: 27, expected: 28)),
        Refusal("one pixel too many", images: idx([2, 2, 3], twelve + [0]), .trailingBytes(expected: 28)),
        Refusal("no images", images: idx([0, 2, 3], []), .impossibleSize([0, 2, 3])),
        Refusal(
            "a product beyond 64 bits",
            images: idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], twelve),
            .impossibleSize([0xffff_ffff, 0xffff_ffff, 0xffff_ffff])
        ),
        Refusal(
            "two gigabytes that are not there",
            images: idx([1 << 15, 1 << 8, 1 << 8], twelve),
            .truncated(found: 28, expected: 16 + 1 << 31)
        ),
        Refusal(
            "a gzip stream cut short",
            images: Gzip.stored(idx([2, 2, 3], twelve)).dropLast(9),
            .gzip(.truncated(after: 27))
        ),
        Refusal(
            "a gzipped file with a pixel too many",
            images: Gzip.stored(idx([2, 2, 3], twelve + [0])),
            .trailingBytes(expected: 28)
        ),
    ]

    @Test("a file that is not what it should be is refused in one line", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        let error = try #require(throws: DataFileError.self) { try load(refusal.images, refusal.labels) }
        #expect(error.problem == refusal.problem)
        #expect(error.file.hasSuffix("/" + refusal.file))
        #expect(error.description.hasPrefix(error.file + ": "))
        #expect(!error.description.contains("\n"))
    }

    @Test("images and labels of different number are refused with both files and numbers")
    func countMismatch() throws {
        let error = try #require(throws: DataFileError.self) { try load(idx([4, 2, 3], pixels), idx([3], [0, 1, 0])) }
        #expect(error.file.hasSuffix("/labels"))
        #expect(error.description.contains("3 labels for the 4 images of /"))
    }

    @Test("a path that is no readable file is refused with the reason", arguments: ["missing", ""])
    func unreadable(name: String) throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: DataFileError.self) { try DecodedBytes(file: folder.url.path + "/" + name) }
        guard case .unreadable(let reason) = error.problem else {
            Issue.record("\(error)")
            return
        }
        #expect(reason == (name.isEmpty ? "not a regular file" : "no such file"))
    }

    @Test(
        "the files of MNIST have the published digests",
        .enabled(if: Checkout.shared("data/mnist") != nil, "needs the data sets below BITSWEEP_SHARED")
    )
    func mnist() throws {
        let library = DatasetLibrary(directories: [try #require(Checkout.shared("data"))])
        for (name, counts) in [("mnist", [980, 1135]), ("fashion-mnist", [1000, 1000])] {
            let dataset = try library.load(.builtin(name), name: name, split: "test")
            #expect(dataset.count == 10_000)
            #expect(dataset.shape == ImageShape(height: 28, width: 28))
            #expect((0..<2).map { label in dataset.labels.count { $0 == label } } == counts)
        }
    }
}
