// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Vocabulary

@Suite struct GlyphsTests {
    private static let test = Result { try DatasetLibrary().load(.builtin("glyphs"), name: "glyphs", split: "test") }
    private static let train = Result { try DatasetLibrary().load(.builtin("glyphs"), name: "glyphs", split: "train") }

    @Test("the bytes are the same on every machine")
    func pinned() throws {
        #expect(
            "\(Digest(of: try Self.test.get().pixels))"
                == "5858baa03b30be63e7298190c17ffe065acfba202a8a5f256b1f69598e9819aa"
        )
        #expect(
            "\(Digest(of: try Self.train.get().pixels))"
                == "e8fbff87da623be2b976235dda5b583d6f23b3ac10301d77d66e7f69fc3b1430"
        )
    }

    @Test("every ten images hold each of the ten classes once")
    func balanced() throws {
        for (dataset, count) in [(try Self.test.get(), 1000), (try Self.train.get(), 5000)] {
            #expect(dataset.count == count)
            #expect(dataset.classCount == 10)
            for start in stride(from: 0, to: count, by: 10) {
                #expect(Set(dataset.labels[start..<start + 10]).count == 10)
            }
        }
    }

    @Test("no image is drawn twice, in or across the splits")
    func distinct() throws {
        let all = try [Self.test.get(), Self.train.get()].flatMap { set in
            (0..<set.count).map { set.image(at: $0).pixels }
        }
        #expect(Set(all).count == 6000)
    }

    @Test("the ink fills 20 pixels one way, no more than 20 the other, its centre of mass in the middle")
    func normalised() throws {
        let dataset = try Self.test.get()
        for index in 0..<dataset.count {
            let pixels = dataset.image(at: index).pixels
            let inked = pixels.indices.filter { pixels[$0] > 0 }
            let rows = inked.map { $0 / 28 }
            let columns = inked.map { $0 % 28 }
            let height = (rows.max() ?? 0) - (rows.min() ?? 0) + 1
            let width = (columns.max() ?? 0) - (columns.min() ?? 0) + 1
            // Half a pixel of soft edge on either side may touch one more row or column each.
            #expect((19...22).contains(max(height, width)))
            let mass = pixels.reduce(0) { $0 + Double($1) }
            let x = pixels.indices.reduce(0) { $0 + Double(pixels[$1]) * Double($1 % 28) } / mass
            let y = pixels.indices.reduce(0) { $0 + Double(pixels[$1]) * Double($1 / 28) } / mass
            #expect(abs(x - 13.5) <= 0.51 && abs(y - 13.5) <= 0.51)
        }
    }

    @Test("a digit is told by the nearest mean of the training images, about as often as MNIST's (82 %)")
    func recognisable() throws {
        let train = try Self.train.get()
        let test = try Self.test.get()
        var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
        for index in 0..<train.count {
            let pixels = train.image(at: index).pixels
            for pixel in 0..<784 { means[Int(train.labels[index])][pixel] += Float(pixels[pixel]) / 500 }
        }
        let right = (0..<test.count).count { index in
            let pixels = test.image(at: index).pixels.map(Float.init)
            let distances = means.map { mean in
                zip(mean, pixels).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            return distances.indices.min { distances[$0] < distances[$1] } == Int(test.labels[index])
        }
        #expect((700...990).contains(right))
    }

    @Test("an unknown split is refused")
    func unknownSplit() {
        #expect(throws: DatasetError.unknownSplit(dataset: "glyphs", split: "validation")) {
            try DatasetLibrary().load(.builtin("glyphs"), name: "glyphs", split: "validation")
        }
    }
}
