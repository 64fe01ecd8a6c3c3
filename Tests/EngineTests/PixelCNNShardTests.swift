// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Networks
import Testing
import Vocabulary

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct PixelCNNShardTests {
    private static let indices: [UInt32] = [0, 3, 999]

    private func scene() throws -> Scene {
        try Scene(.pixelcnn(PixelCNNConfiguration(filters: 3, blocks: 1, mixtures: 2)))
    }

    @Test("an autoregressive model is given (v/255 − 0.5)·2 without noise")
    func identity() throws {
        let scene = try scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine(threads: 2, batchSize: 2)
        let table = try engine.score(scene.spec(.identity, Self.indices))
        let inputs = Self.indices.flatMap { index in
            glyphs.image(at: Int(index)).pixels.map { (Float($0) / 255 - 0.5) * 2 }
        }
        let model = try PixelCNN(scene.checkpoint, kernels: Scene.kernels(), pool: WorkPool(threads: 1))
        #expect(table.columns == (try model.score(inputs).columns))
        #expect(table.columns.first?.name == "bpd")
        // Neither a seed nor a class reaches the model.
        #expect(try engine.score(scene.spec(.identity, Self.indices, seed: 99)) == table)
        #expect(try engine.score(scene.spec(.identity, Self.indices, conditioning: .marginal)) == table)
    }

    @Test("noise is not rounded away unless asked for")
    func noise() throws {
        let scene = try scene()
        var engine = try Scene.engine()
        let clean = try engine.score(scene.spec(.identity, Self.indices)).values("bpd")
        let noisy = try engine.score(scene.spec(.noise(Noise(scale: 1e-3)), Self.indices))
        #expect(zip(clean, try noisy.values("bpd")).allSatisfy { $0 != $1 })
        let rounded = try engine.score(scene.spec(.noise(Noise(scale: 1e-3, requantise: true)), Self.indices))
        #expect(rounded.columns.last?.name == "clamped")
        // ε is a quarter of a level: few pixels reach the next one, and most of these are pushed back into the range.
        #expect(zip(clean, try rounded.values("bpd")).allSatisfy { abs($0 - $1) < 0.3 })
    }

    @Test("the lengths of an image's pixels sum to what it is scored with, whatever the batch")
    func codeLengths() throws {
        let scene = try scene()
        var engine = try Scene.engine(threads: 2, batchSize: 2)
        let spec = try scene.spec(.noise(Noise(scale: 1e-3)), Self.indices)
        let lengths = try engine.codeLengths(spec)
        let nll = try engine.score(spec).values("nll")
        #expect(lengths.count == Self.indices.count && Set(lengths.map(\.count)).count == 1)
        for (lengths, nll) in zip(lengths, nll) {
            let bits = lengths.reduce(0.0) { $0 + Double($1) }
            #expect(abs(bits * log(2) - Double(nll)) <= 1e-5 * Double(nll))
        }
        var single = try Scene.engine()
        #expect(try single.codeLengths(spec) == lengths)
    }

    @Test("a flow gives no pixel a length of its own")
    func noCodeLengths() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let error = #expect(throws: EngineError.self) { try engine.codeLengths(scene.spec(.identity, [0])) }
        #expect("\(String(describing: error))".contains("gives no pixel a length"))
    }

    @Test("an autoregressive model has no latents")
    func refusal() throws {
        let scene = try scene()
        var engine = try Scene.engine()
        #expect(throws: EngineError.unfit("zero-latents needs latents, and a pixelcnn has none")) {
            try engine.score(scene.spec(.zeroLatents(LatentZeroing(levels: .first(1))), [0]))
        }
    }
}
