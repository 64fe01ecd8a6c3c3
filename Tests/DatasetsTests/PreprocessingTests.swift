// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Datasets

@Suite struct PreprocessingTests {
    /// An image whose bytes follow from its shape alone; the stored digests were computed on the same.
    private func pattern(_ shape: ImageShape) -> ByteImage {
        ByteImage(shape, pixels: (0..<shape.count).map { UInt8(truncatingIfNeeded: ($0 * $0 * 31 + $0 * 17) >> 3) })
    }

    @Test("5×7 shrunk to 3×4 gives Pillow's bytes")
    func shrink() {
        let resized = BilinearResize(from: ImageShape(height: 5, width: 7), toHeight: 3, width: 4)(
            pattern(ImageShape(height: 5, width: 7))
        )
        #expect(resized.pixels == [51, 49, 116, 130, 102, 81, 122, 104, 148, 178, 189, 152])
    }

    /// Pillow 11's answers: height, width, channels, new height, new width, SHA-256 of the result.
    static let pillow: [(Int, Int, Int, Int, Int, String)] = [
        (28, 28, 1, 32, 32, "c3e0f90cce83924554835c7a2bade4cce3ec2df63603ee4f8104121700dd3c19"),
        (32, 32, 1, 28, 28, "794dd2a79a53650a4950983492bcf4d99a37c3fefe04165cadbf7ff94f74ec7d"),
        (28, 28, 1, 14, 14, "d117d058b65c58037bcd97374f5009b052c7ab9617046145fb027c3a341c7c06"),
        (28, 28, 3, 32, 32, "df224a6d72e05f19eb6069f5f9cfaa9d001addb53ef32dffb99cc4bb3ec8f1e6"),
        (32, 32, 3, 8, 8, "7ed21798d1be4eb9c54575ce8bff8bd4ec340e3048c0ea26da759783cbfb4caa"),
        (5, 7, 1, 3, 4, "4035961d308e1de1454af834319afb5202a857ce32a4469da8ff0ff4b8a48db7"),
        (3, 4, 1, 7, 5, "f9ffad22085438329909b1a9f9ece79fb7f128fc32083cb5fe51325690856012"),
        (1, 1, 1, 4, 4, "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb"),
        (64, 48, 3, 32, 32, "f2e50da5f3d3e21a81842595f88ce56ba289282f98b2e87fac08e0e07a8d8943"),
        (28, 28, 1, 28, 32, "d9d7fcc11695c83750899125aefb30d5b0789d1bfa9d50747a10aa4bf29c6ebb"),
        (100, 3, 1, 7, 28, "3579e6a391b95692aaf6ad01c75eb406ca1f135b98cda37bc89cecc1b8c1ca19"),
        (9, 200, 3, 10, 11, "d18f882b50c80fff2bef5159c0e4114161b9e87646593159fbf593bde5444582"),
    ]

    @Test("any size and either number of channels gives Pillow's bytes", arguments: pillow)
    func pillowDigests(_ fact: (Int, Int, Int, Int, Int, String)) {
        let shape = ImageShape(height: fact.0, width: fact.1, channels: fact.2)
        let resized = BilinearResize(from: shape, toHeight: fact.3, width: fact.4)(pattern(shape))
        #expect(resized.shape == ImageShape(height: fact.3, width: fact.4, channels: fact.2))
        #expect("\(Digest(of: resized.pixels))" == fact.5)
    }

    @Test("the golden images come out byte for byte", arguments: ["mnist", "fashion-mnist"])
    func golden(set: String) throws {
        let file = try Data(contentsOf: URL(filePath: Checkout.fixture("resize-bilinear.golden.safetensors")))
        let headerSize = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: file[8..<8 + headerSize]) as? [String: [String: Any]]
        )
        func tensor(_ name: String) throws -> [UInt8] {
            let offsets = try #require(header[name]?["data_offsets"] as? [Int])
            return [UInt8](file[8 + headerSize + offsets[0]..<8 + headerSize + offsets[1]])
        }
        let source = try tensor("\(set).source")
        let expected = try tensor("\(set).resized")
        let shape = ImageShape(height: 28, width: 28)
        let resize = try Preprocessor(.resize, from: shape, to: ImageShape(height: 32, width: 32))
        let resized = (0..<64).flatMap {
            resize(ByteImage(shape, pixels: Array(source[$0 * 784..<($0 + 1) * 784]))).pixels
        }
        #expect(expected.count == 64 * 1024)
        #expect(resized == expected)
    }

    @Test("padding centres the image on black, the spare row and column at the end")
    func pad() throws {
        let pad = try Preprocessor(
            .pad,
            from: ImageShape(height: 1, width: 2),
            to: ImageShape(height: 4, width: 4)
        )
        let image = pad(ByteImage(ImageShape(height: 1, width: 2), pixels: [8, 9]))
        #expect(image.pixels == [0, 0, 0, 0, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let colours = try Preprocessor(
            .pad,
            from: ImageShape(height: 1, width: 1, channels: 3),
            to: ImageShape(height: 1, width: 3, channels: 3)
        )
        #expect(
            colours(ByteImage(ImageShape(height: 1, width: 1, channels: 3), pixels: [1, 2, 3])).pixels
                == [0, 0, 0, 1, 2, 3, 0, 0, 0]
        )
    }

    @Test("'none' keeps the bytes of an image that fits")
    func none() throws {
        let shape = ImageShape(height: 28, width: 28)
        #expect(try Preprocessor(.none, from: shape, to: shape)(pattern(shape)) == pattern(shape))
    }

    @Test(
        "an image that does not fit is refused in one line with both shapes",
        arguments: [
            (ModelFacts.Preprocessing.none, ImageShape(height: 28, width: 28)),
            (.pad, ImageShape(height: 33, width: 28)),
            (.pad, ImageShape(height: 28, width: 33)),
            (.resize, ImageShape(height: 28, width: 28, channels: 3)),
        ]
    )
    func misfit(_ preprocessing: ModelFacts.Preprocessing, _ source: ImageShape) {
        let target = ImageShape(height: 32, width: 32)
        let error = #expect(throws: PreprocessingError.self) {
            try Preprocessor(preprocessing, from: source, to: target)
        }
        #expect(error?.description.hasPrefix("images of \(source) do not fit a model for 32×32×1: ") == true)
    }
}
