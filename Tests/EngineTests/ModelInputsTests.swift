// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Networks
import Testing
import Vocabulary

@testable import Engine

/// What scores were computed from, number by number.
@Suite(.timeLimit(.minutes(5))) struct ModelInputsTests {
    private static let indices: [UInt32] = [0, 3, 999]

    @Test("a flow is given its pixels with noise and dequantisation, as the numbers beside it say")
    func flow() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine(batchSize: 2)
        let noise = Noise(kind: .offsetGaussian, scale: 0.01, mask: .background)
        let inputs = try engine.inputs(scene.spec(.noise(noise), Self.indices))
        let numbers = try #require(inputs.noise["noise"])
        #expect(inputs.originals == Self.indices.map { glyphs.image(at: Int($0)).pixels.map { Float($0) } })
        for image in Self.indices.indices {
            let made = inputs.originals[image].indices.map { place -> Float in
                let x = inputs.originals[image][place] / 256
                let added = x < 0.3 ? Float(0.01) * (0x1p-8 + numbers[image][place]) : 0
                return x + added - 0.5 + inputs.dequantisation[image][place] / 256
            }
            #expect(inputs.given[image] == made)
            // u has 16 bits.
            let levels = inputs.dequantisation[image].map { $0 * 65_536 }
            #expect(levels.allSatisfy { 0 <= $0 && $0 < 65_536 && $0 == $0.rounded() })
        }
    }

    @Test("what a model is given has the score that is recorded")
    func scores() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        for transform in [
            TransformSpec.identity, .translate(Translation(dx: 1, fill: .edge)),
            .zeroLatents(LatentZeroing(levels: .only(2), alpha: 0.5, requantise: true)),
        ] {
            let spec = try scene.spec(transform, Self.indices)
            let given = try engine.inputs(spec).given.flatMap(\.self)
            let again = try scene.model().score(given, labels: scene.labels(Self.indices)).columns.first?.values
            #expect(try engine.score(spec)["bpd"] == again)
        }
    }

    @Test("a model of 8-bit pixels is given no dequantisation, and without noise there is none")
    func none() throws {
        let scene = try Scene(.pixelcnn(PixelCNNConfiguration(filters: 3, blocks: 1, mixtures: 2)))
        var engine = try Scene.engine()
        let inputs = try engine.inputs(scene.spec(.identity, Self.indices))
        #expect(inputs.dequantisation.isEmpty && inputs.noise.isEmpty)
        #expect(inputs.given == inputs.originals.map { $0.map { ($0 / 255 - 0.5) * 2 } })
    }
}
