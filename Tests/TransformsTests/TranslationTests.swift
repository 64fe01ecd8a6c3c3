// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

@Suite struct TranslationTests {
    private let image = ByteImage(ImageShape(height: 2, width: 3), pixels: [1, 2, 3, 4, 5, 6])

    @Test(
        "a shift moves pixels and fills the vacated ones",
        arguments: [
            (Translation(dx: -1), [2, 3, 0, 5, 6, 0]),
            (Translation(dx: -1, fill: .edge), [2, 3, 3, 5, 6, 6]),
            (Translation(dx: -1, fill: .wrap), [2, 3, 1, 5, 6, 4]),
            (Translation(dx: 2), [0, 0, 1, 0, 0, 4]),
            (Translation(dx: 2, fill: .edge), [1, 1, 1, 4, 4, 4]),
            (Translation(dx: 2, fill: .wrap), [2, 3, 1, 5, 6, 4]),
            (Translation(dy: 1), [0, 0, 0, 1, 2, 3]),
            (Translation(dx: 1, dy: -1, fill: .edge), [4, 4, 5, 4, 4, 5]),
            (Translation(dx: 1, dy: -1, fill: .wrap), [6, 4, 5, 3, 1, 2]),
            (Translation(dx: 9, dy: 9), [0, 0, 0, 0, 0, 0]),
            (Translation(dx: .min, dy: .max, fill: .edge), [3, 3, 3, 3, 3, 3]),
            (Translation(dx: 4, dy: -7, fill: .wrap), [6, 4, 5, 3, 1, 2]),
        ] as [(Translation, [UInt8])]
    )
    func byHand(_ translation: Translation, _ expected: [UInt8]) {
        #expect(translation.transformed(resized: image).pixels == expected)
        var early = translation
        early.stage = .beforeResize
        #expect(early.transformed(source: image).pixels == expected)
    }

    @Test("only the image of the given stage is shifted")
    func stages() {
        #expect(Translation(dx: 1).transformed(source: image) == image)
        #expect(Translation(dx: 1, stage: .beforeResize).transformed(resized: image) == image)
    }

    @Test("the channels of a pixel move together")
    func channels() {
        let colours = ByteImage(ImageShape(height: 1, width: 2, channels: 3), pixels: [1, 2, 3, 4, 5, 6])
        #expect(Translation(dx: 1).transformed(resized: colours).pixels == [0, 0, 0, 1, 2, 3])
    }

    @Test("wrapping there and back is the identity", arguments: [(-1, 0), (3, -2), (28, 29), (-100, 55)])
    func inverse(dx: Int, dy: Int) {
        let original = pattern(28, 28)
        let there = Translation(dx: dx, dy: dy, fill: .wrap).transformed(resized: original)
        #expect(Translation(dx: -dx, dy: -dy, fill: .wrap).transformed(resized: there) == original)
    }

    @Test("before the resize, the shifted image is resized; after it, the resized one is shifted")
    func pipelineOrder() throws {
        let original = pattern(28, 28)
        let model = ImageShape(height: 32, width: 32)
        let preprocessor = try Preprocessor(.resize, from: original.shape, to: model)
        func input(_ translation: Translation) -> [Float] {
            InputPipeline(
                .translate(translation),
                preprocessor: preprocessor,
                scale: .symmetric,
                seed: 0,
                kernels: .init(.portable)
            ).input(for: original, index: 0).values
        }
        let shift = Translation(dx: -2, fill: .wrap)
        let early = preprocessor(shift.transformed(resized: original))
        let late = shift.transformed(resized: preprocessor(original))
        #expect(early != late)
        #expect(
            input(Translation(dx: -2, fill: .wrap, stage: .beforeResize))
                == early.pixels.map { (Float($0) / 255 - 0.5) * 2 }
        )
        #expect(input(shift) == late.pixels.map { (Float($0) / 255 - 0.5) * 2 })
    }
}
