// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Synchronization
import Testing
import Vocabulary

@testable import Engine

/// What a scorer is given, and what becomes of its answer.
@Suite struct ExternalScoringTests {
    /// Keeps every batch, and answers with the mean of its pixels.
    private final class Recorder: ExternalScorers {
        let batches = Mutex<[ExternalBatch]>([])

        func batchSize(for model: ExternalModel) -> Int { 2 }

        func columns(of batch: ExternalBatch) throws(EngineError) -> [ResultTable.Column] {
            batches.withLock { $0.append(batch) }
            let size = batch.model.input.dimensions
            let means = batch.indices.indices.map { image in
                batch.pixels[image * size..<(image + 1) * size].reduce(0, +) / Float(size)
            }
            return ExternalModel.likelihood(bpd: means, nll: means)
        }
    }

    private static let indices: [UInt32] = [3, 5, 8]

    private func spec(
        _ transform: TransformSpec,
        black: Double = 0,
        white: Double = 255,
        kind: LikelihoodEstimate.Kind = .external
    ) throws -> ShardSpec {
        let input = ExternalModel.Input(height: 28, width: 28, black: black, white: white)
        let model = ExternalModel(scorer: "flow", version: "1", input: input)
        var spec = try Scene().spec(transform, Self.indices)
        spec.model = ModelSpec(
            name: "mine",
            location: ModelLocation(.external(model)),
            digest: model.digest,
            conditioning: .label,
            estimate: LikelihoodEstimate(kind: kind)
        )
        return spec
    }

    private func engine(_ scorers: (any ExternalScorers)?) throws -> ShardEngine {
        ShardEngine(library: Scene.library, kernels: try Scene.kernels(), pool: WorkPool(threads: 2), scorers: scorers)
    }

    @Test func `With a range of 0 to 255 a scorer is given the 8-bit values themselves, all of them`() {
        let input = ExternalModel.Input(height: 1, width: 1)
        for value in 0...255 { #expect(input.value(Float(value) / 255) == Float(value)) }
        let symmetric = ExternalModel.Input(height: 1, width: 1, black: -1, white: 1)
        #expect(symmetric.value(0) == -1 && symmetric.value(1) == 1)
        #expect(symmetric.value(128.0 / 255) == Float(-1 + 256.0 / 255))
        // Between levels, and beyond them.
        #expect(symmetric.value(0.25) == -0.5 && symmetric.value(1.5) == 2)
    }

    @Test func `Images come in the batches that the scorer takes, with classes and indices, in order`() throws {
        let scorers = Recorder()
        var engine = try engine(scorers)
        let table = try engine.score(spec(.identity))
        let batches = scorers.batches.withLock { $0 }
        #expect(batches.map(\.indices) == [[3, 5], [8]])
        let scene = try Scene()
        #expect(try batches.flatMap(\.labels) == scene.labels(Self.indices))
        let pixels = try Self.indices.flatMap { try scene.glyphs().image(at: Int($0)).pixels.map(Float.init) }
        #expect(batches.flatMap(\.pixels) == pixels)
        #expect(table.indices == Self.indices && table.columns.map(\.name) == ["bpd", "nll"])
    }

    @Test func `Noise acts on pixels between 0 and 1, the same in every run, and clamping is counted`() throws {
        let scorers = Recorder()
        var engine = try engine(scorers)
        let noise = TransformSpec.noise(Noise(scale: 0.5, clamp: true))
        let table = try engine.score(spec(noise))
        _ = try engine.score(spec(noise, black: 0, white: 1))
        let (bytes, unit) = scorers.batches.withLock { (Array($0[..<2]), Array($0[2...])) }
        let pairs = zip(bytes.flatMap(\.pixels), unit.flatMap(\.pixels))
        #expect(pairs.allSatisfy { abs($0 - 255 * $1) < 1e-3 })
        #expect(bytes.flatMap(\.pixels).allSatisfy { (0...255).contains($0) })
        let clamped = try #require(table["clamped"])
        // Half a white pixel's noise moves about half of the black ones below black.
        #expect(clamped.allSatisfy { $0 > 200 && $0 < 784 })
    }

    @Test func `Without a scorer it is this machine that fails; what no scorer can do, nobody's`() throws {
        var engine = try engine(nil)
        let missing = #expect(throws: EngineError.self) { try engine.score(spec(.identity)) }
        #expect(missing?.isOfSurroundings == true && missing?.description.contains("--scorer flow=") == true)
        var able = try self.engine(Recorder())
        let latents = TransformSpec.zeroLatents(LatentZeroing(levels: .first(1)))
        let unfit = #expect(throws: EngineError.self) { try able.score(spec(latents)) }
        #expect(unfit?.description == "zero-latents needs latents, and an external model has none")
        let interval = #expect(throws: EngineError.self) { try able.score(spec(.identity, kind: .interval)) }
        #expect(interval?.description.contains("its scorer decides") == true)
        var changed = try spec(.identity)
        changed.model.digest = Digest(of: [1])
        let other = #expect(throws: EngineError.self) { try able.score(changed) }
        #expect(other?.isOfSurroundings == false)
    }

    @Test func `What the model is shown is the transformed image`() throws {
        var engine = try engine(nil)
        let view = try engine.view(spec(.identity))
        let pixels = try Scene().glyphs().image(at: 3).pixels.map { Float($0) / 255 }
        #expect(view.images.first == pixels)
    }
}
