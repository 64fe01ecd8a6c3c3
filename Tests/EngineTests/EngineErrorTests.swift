// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Networks
import Testing
import Vocabulary

@testable import Engine

@Suite struct EngineErrorTests {
    private func error(_ spec: ShardSpec) throws -> EngineError? {
        var engine = try Scene.engine()
        return #expect(throws: EngineError.self) { try engine.score(spec) }
    }

    @Test("another checkpoint than the coordinator's is refused with both digests")
    func otherModel() throws {
        let (scene, other) = (try Scene(), try Scene(seed: 2))
        var spec = try scene.spec(.identity, [0])
        spec.model.digest = other.checkpoint.digest
        #expect(
            try error(spec)
                == .model(
                    "\(scene.path): SHA-256 \(scene.checkpoint.digest), the coordinator's is \(other.checkpoint.digest); "
                        + "copy the coordinator's file to this machine"
                )
        )
    }

    @Test("a checkpoint that is not there, or is none, is refused with its path")
    func noModel() throws {
        let scene = try Scene()
        var spec = try scene.spec(.identity, [0])
        spec.model.location = ModelLocation(text: "/nowhere/m.safetensors")
        guard case .model(let missing) = try error(spec) else {
            Issue.record("not an error of the model")
            return
        }
        #expect(missing.hasPrefix("/nowhere/m.safetensors: "))
        let path = Scene.folder.appending(path: "none.safetensors").path
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        spec.model.location = ModelLocation(text: path)
        guard case .model(let damaged) = try error(spec) else {
            Issue.record("not an error of the model")
            return
        }
        #expect(damaged.hasPrefix("\(path): "))
        spec.model.location = ModelLocation(text: "family:gan")
        #expect(try error(spec) == .model("family:gan: unknown family; known: glow, pixelcnn, resnet"))
    }

    @Test("other images than the coordinator's are refused with both digests")
    func otherData() throws {
        let scene = try Scene()
        let digest = try scene.glyphs().digest
        var spec = try scene.spec(.identity, [0])
        spec.dataset.content = scene.checkpoint.digest
        #expect(
            try error(spec)
                == .data(
                    "data set 'glyphs' (test) has digest \(digest), the coordinator's has \(scene.checkpoint.digest); use the "
                        + "same files on both"
                )
        )
        spec.dataset.source = .builtin("imagenet")
        guard case .data = try error(spec) else {
            Issue.record("not an error of the data")
            return
        }
    }

    @Test("an image that the data set does not have is refused with its index")
    func unknownImage() throws {
        let spec = try Scene().spec(.identity, [0, 1000])
        #expect(try error(spec) == .data("data set 'glyphs' has 1,000 images; image 1000 was asked for"))
    }

    @Test("a label that is no class of the model is refused with the image's index, unless no label is needed")
    func unknownClass() throws {
        var configuration = Scene.glow
        configuration.classes = 3
        let scene = try Scene(.glow(configuration))
        let glyphs = try scene.glyphs()
        let stranger = UInt32(glyphs.labels.firstIndex { $0 == 7 } ?? 0)
        let native = UInt32(glyphs.labels.firstIndex { $0 == 2 } ?? 0)
        #expect(
            try error(scene.spec(.identity, [native, stranger]))
                == .unfit("data set 'glyphs': image \(stranger) is of class 7; the model has the classes 0...2")
        )
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(.identity, [native, stranger], conditioning: .marginal))
        #expect(try table.values("bpd").allSatisfy(\.isFinite))
    }

    @Test("images of another size than a model's that does not resize are refused with both sizes")
    func otherSize() throws {
        var configuration = Scene.glow
        configuration.width = 32
        guard case .unfit(let reason) = try error(Scene(.glow(configuration)).spec(.identity, [0])) else {
            Issue.record("not unfit")
            return
        }
        #expect(reason.contains("28×28×1") && reason.contains("28×32×1"))
    }

    @Test("zeroing more levels than the model has is refused with both numbers")
    func tooManyLevels() throws {
        let spec = try Scene().spec(.zeroLatents(LatentZeroing(levels: .first(3))), [0])
        #expect(
            try error(spec) == .unfit("cannot scale the latents of level 3: the model has 2 levels; expected 1…2")
        )
    }

    @Test("an engine goes on after an error")
    func recovery() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        var spec = try scene.spec(.identity, [0, 1])
        let table = try engine.score(spec)
        spec.model.digest = try scene.glyphs().digest
        #expect(throws: EngineError.self) { try engine.score(spec) }
        #expect(try engine.score(scene.spec(.identity, [0, 1])) == table)
    }
}
