// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Networks
import Testing
import Vocabulary

@testable import Engine

/// What a model is shown.
@Suite(.timeLimit(.minutes(5))) struct ModelViewTests {
    private static let indices: [UInt32] = [0, 3, 999]

    @Test("an untransformed image is seen as it is, on either scale of pixels")
    func identity() throws {
        for scene in [
            try Scene(), try Scene(.pixelcnn(PixelCNNConfiguration(filters: 3, blocks: 1, mixtures: 2))),
        ] {
            let glyphs = try scene.glyphs()
            var engine = try Scene.engine(batchSize: 2)
            let view = try engine.view(scene.spec(.identity, Self.indices))
            #expect(view.shape == ImageShape(height: 28, width: 28))
            #expect(view.bytes == Self.indices.map { glyphs.image(at: Int($0)).pixels })
        }
    }

    @Test("a shifted image is seen shifted")
    func translation() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        let view = try engine.view(scene.spec(.translate(Translation(dx: -2)), [3]))
        let pixels = glyphs.image(at: 3).pixels
        let moved = pixels.indices.map { $0 % 28 + 2 < 28 ? pixels[$0 + 2] : 0 }
        #expect(view.bytes == [moved])
    }

    @Test("of scaled latents the decoded image is seen, and what is scored is that image")
    func latents() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        // Left as they are, the latents give the image back, with its dequantisation: the same bytes.
        let whole = LatentZeroing(levels: .first(2), alpha: 1)
        #expect(try engine.view(scene.spec(.zeroLatents(whole), [3])).bytes == [glyphs.image(at: 3).pixels])
        let spec = try scene.spec(.zeroLatents(LatentZeroing(levels: .first(1))), Self.indices)
        let view = try engine.view(spec)
        #expect(view.bytes != Self.indices.map { glyphs.image(at: Int($0)).pixels })
        let inputs = view.images.flatMap { image in image.map { $0 - 0.5 } }
        let scores = try scene.model().score(inputs, labels: scene.labels(Self.indices))
        let recorded = try #require(try engine.score(spec)["bpd"])
        let again = try #require(scores.columns.first?.values)
        #expect(zip(recorded, again).allSatisfy { abs($0 - $1) < 1e-3 })
    }
}
