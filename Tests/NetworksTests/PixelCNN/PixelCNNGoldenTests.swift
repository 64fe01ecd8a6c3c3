// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import Testing
import Vocabulary

@Suite("PixelCNN++ against an independent implementation")
struct PixelCNNGoldenTests {
    @Test("bits per dimension and logits agree", arguments: [("pixelcnn-small", 28), ("pixelcnn-small32", 32)])
    func golden(name: String, size: Int) throws {
        let checkpoint = try Importer.read(
            Reference.file(name),
            layout: .pclucas14,
            options: .init(height: size, width: size, preprocessing: ModelFacts.Preprocessing.none)
        ).checkpoint
        let golden = try Reference.golden(name)
        let model = try RandomPixelCNN.model(checkpoint)
        let images = try golden.tensor("x").transposed([0, 2, 3, 1]).values
        let difference = try worst(model.score(images).bpd, golden.tensor("bpd").values)
        #expect(difference <= 1e-4, "ΔBPD \(difference)")
        let expected = try golden.tensor("logits").transposed([0, 2, 3, 1]).values
        let logits = try worst(model.logits(images), expected)
        #expect(logits <= 1e-3 * scale(expected), "logits \(logits)")
    }
}
