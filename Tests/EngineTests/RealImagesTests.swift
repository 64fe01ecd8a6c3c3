// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Networks
import TestSupport
import Testing
import Vocabulary

@testable import Engine

/// Real images and a trained model, which only some machines have.
private enum Real {
    static let weights = Checkout.shared("reference/glow-affine-mnist-trained.safetensors")
    static let data = Checkout.shared("data/mnist").map { _ in Checkout.shared("data") } ?? nil
}

@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: Real.weights != nil && Real.data != nil, "needs MNIST and the trained Glow below BITSWEEP_SHARED")
)
struct RealImagesTests {
    @Test("a trained Glow prefers MNIST's images to their translations and noise, and their zeroed decodings to them")
    func directions() throws {
        let checkpoint = try Importer.read(
            SafetensorsFile(contentsOf: #require(Real.weights)),
            layout: .y0ast
        ).checkpoint
        let path = Scene.folder.appending(path: "trained.safetensors").path
        try checkpoint.write(to: path)
        let library = DatasetLibrary(directories: [try #require(Real.data)])
        let mnist = try library.load(.builtin("mnist"), name: "mnist", split: "test")
        var engine = ShardEngine(library: library, kernels: try Scene.kernels(), pool: WorkPool(threads: 2))
        func mean(_ transform: TransformSpec) throws -> Float {
            let spec = ShardSpec(
                model: ModelSpec(
                    name: "trained",
                    location: ModelLocation(text: path),
                    digest: checkpoint.digest,
                    conditioning: .label
                ),
                dataset: DatasetSpec(name: "mnist", source: .builtin("mnist"), split: "test", content: mnist.digest),
                transform: transform,
                seed: 0,
                indices: Array(0..<40)
            )
            return try engine.score(spec).values("bpd").reduce(0, +) / 40
        }
        let identity = try mean(.identity)
        #expect(0.8 < identity && identity < 2)
        let shifted = try mean(.translate(Translation(dx: -1)))
        #expect(shifted > identity)
        #expect(try mean(.translate(Translation(dx: -2))) > shifted)
        #expect(try mean(.noise(Noise(scale: 1e-3))) > identity + 0.1)
        let first = try mean(.zeroLatents(LatentZeroing(levels: .first(1))))
        #expect(first < identity - 0.1)
        #expect(try mean(.zeroLatents(LatentZeroing(levels: .first(4)))) < first)
    }
}
