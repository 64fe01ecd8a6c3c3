// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Networks
import Testing
import Vocabulary

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct ClassifierTests {
    private static let indices: [UInt32] = [0, 3, 4, 100, 999]
    private static let configuration = ResNetConfiguration(height: 28, width: 28)

    @Test("a classifier is given v/255 on [-1, 1] without noise, and its table says how it did")
    func identity() throws {
        let scene = try Scene(.resnet(Self.configuration))
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine(threads: 2, batchSize: 2)
        let table = try engine.score(scene.spec(.identity, Self.indices))
        let inputs = Self.indices.flatMap { index in
            glyphs.image(at: Int(index)).pixels.map { (Float($0) / 255 - 0.5) * 2 }
        }
        let model = try ResNet(scene.checkpoint, kernels: Scene.kernels(), pool: WorkPool(threads: 1))
        let scores = try model.score(inputs, labels: scene.labels(Self.indices))
        #expect(table.columns == scores.columns)
        #expect(table.columns.map(\.name).prefix(4) == ["bpd", "crossentropy", "correct", "predicted"])
        #expect(table.columns.count == 14)
        // Nothing random is in a classifier's input.
        #expect(try engine.score(scene.spec(.identity, Self.indices, seed: 99)) == table)
    }

    @Test("noise moves the logits, and clamped pixels are counted")
    func noise() throws {
        let scene = try Scene(.resnet(Self.configuration))
        var engine = try Scene.engine()
        let clean = try engine.score(scene.spec(.identity, Self.indices))
        let noisy = try engine.score(scene.spec(.noise(Noise(scale: 0.1, clamp: true)), Self.indices))
        #expect(zip(try clean.values("logit.0"), try noisy.values("logit.0")).allSatisfy { $0 != $1 })
        #expect(noisy.columns.last?.name == "clamped")
        #expect(try noisy.values("clamped").allSatisfy { $0 > 50 })
    }

    @Test("a classifier has no latents, and needs labels")
    func refusals() throws {
        let scene = try Scene(.resnet(Self.configuration))
        var engine = try Scene.engine()
        let zeroing = TransformSpec.zeroLatents(LatentZeroing(levels: .first(1)))
        #expect(throws: EngineError.unfit("zero-latents needs latents, and a resnet has none")) {
            try engine.score(scene.spec(zeroing, [0]))
        }
        #expect(throws: EngineError.self) { try engine.score(scene.spec(.identity, [0], conditioning: .marginal)) }
    }

    @Test("a fresh classifier can be named by its family")
    func fresh() throws {
        let location = ModelLocation(.family(.resnet))
        #expect(location.text == "family:resnet")
        var spec = try Scene(.resnet(Self.configuration)).spec(.identity, Self.indices)
        spec.model.location = location
        spec.model.digest = try location.facts().digest
        var engine = try Scene.engine()
        #expect(try engine.score(spec).values("bpd").allSatisfy { $0.isFinite && $0 > 0 })
    }
}
