// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@Suite("a network that grows", .timeLimit(.minutes(3)))
struct GrowthTests {
    private static let small = PixelCNNConfiguration(height: 8, width: 12, filters: 5, blocks: 1, mixtures: 2)

    private func grown(
        _ checkpoint: Checkpoint,
        to architecture: CheckpointMetadata.Architecture,
        seed: UInt64 = 1
    )
        throws -> Checkpoint
    {
        #expect(architecture.problems(startingFrom: checkpoint.metadata.architecture).isEmpty)
        let metadata = CheckpointMetadata(architecture: architecture, preprocessing: .none, provenance: "grown")
        let parameters = checkpoint.parameters(startingAs: architecture, seed: seed)
        return try Checkpoint(metadata: metadata, tensors: parameters.tensors, name: "grown")
    }

    private func grown(_ checkpoint: Checkpoint, _ change: (inout PixelCNNConfiguration) -> Void) throws -> Checkpoint {
        guard case .pixelcnn(var configuration) = checkpoint.metadata.architecture else { return checkpoint }
        change(&configuration)
        return try grown(checkpoint, to: .pixelcnn(configuration))
    }

    private func largestDifference(_ first: Checkpoint, _ second: Checkpoint, images: Int = 4) throws -> Float {
        guard case .pixelcnn(let configuration) = first.metadata.architecture else { return .infinity }
        let images = RandomPixelCNN.images(images, configuration)
        let bits = try [first, second].map { try RandomPixelCNN.model($0).score(images).bpd }
        return zip(bits[0], bits[1]).map { ($0 - $1).magnitude / max(1, $0.magnitude) }.max() ?? .infinity
    }

    @Test(
        "a PixelCNN++ with more filters, more blocks or both gives every image the same bits",
        arguments: [(5, 2), (5, 4), (6, 1), (10, 1), (16, 1), (13, 3)]
    )
    func pixelcnn(_ filters: Int, _ blocks: Int) throws {
        let checkpoint = try RandomPixelCNN.checkpoint(Self.small)
        let wide = try grown(checkpoint) { ($0.filters, $0.blocks) = (filters, blocks) }
        #expect(wide.parameters.tensors["last.v"]?.shape == [6, filters, 1, 1])
        #expect(try largestDifference(checkpoint, wide) < 1e-5)
    }

    @Test("from 32 filters to the paper's 100 too, and growing twice")
    func paper() throws {
        let configuration = PixelCNNConfiguration(height: 8, width: 8, filters: 32, blocks: 1, mixtures: 3)
        let checkpoint = try RandomPixelCNN.checkpoint(configuration)
        let wide = try grown(checkpoint) { $0.filters = 100 }
        #expect(try largestDifference(checkpoint, wide, images: 1) < 1e-4)
        let twice = try grown(grown(RandomPixelCNN.checkpoint(Self.small)) { $0.filters = 7 }) { $0.filters = 17 }
        #expect(try largestDifference(RandomPixelCNN.checkpoint(Self.small), twice) < 1e-5)
    }

    @Test("images of another size are no growth: every parameter stays, to the bit")
    func otherSize() throws {
        let checkpoint = try RandomPixelCNN.checkpoint(Self.small)
        let other = try grown(checkpoint) { ($0.height, $0.width) = (16, 16) }
        for (name, tensor) in checkpoint.parameters.tensors {
            #expect(other.parameters.tensors[name]?.values == tensor.values, "\(name)")
        }
    }

    /// Copies of a hidden channel are the same number for every image, but each of what they do downstream is its own.
    @Test("copies have gradients in different directions, so that they become different")
    func copiesDiffer() throws {
        let checkpoint = try RandomPixelCNN.checkpoint(Self.small)
        let wide = try grown(checkpoint) { $0.filters = 15 }
        guard case .pixelcnn(let configuration) = wide.metadata.architecture else { return }
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        let trainer = PixelCNNTrainer(configuration, dropout: 0, kernels: kernels, pool: WorkPool(threads: 1))
        let parameters = trainer.layout.vector(wide.parameters)
        let gradient = AlignedBuffer(count: parameters.count)
        let batch = TrainingBatch(images: RandomPixelCNN.images(2, configuration), labels: [])
        _ = trainer.gradient(gradient, of: batch, at: parameters)
        for layer in ["up.1.u.1.input", "down.2.ul.2.input", "up.2.ul.1.output", "downsample.1.u"] {
            let range = trainer.layout.range("\(layer).bias")
            let (biases, slopes) = (parameters.values(range), gradient.values(range))
            let copies = Dictionary(grouping: biases.indices) { biases[$0] }.values.filter { $0.count > 1 }
            #expect(copies.count == biases.count / 3, "\(layer): each output is there three times")
            for group in copies {
                let found = group.map { slopes[$0] }
                let spread = found.reduce(0) { max($0, ($1 - found[0]).magnitude) }
                #expect(spread > 1e-3 * (found.map(\.magnitude).max() ?? 0), "\(layer): \(found)")
            }
        }
    }

    @Test("directions keep the size of their elements, and seeds decide the copies")
    func elements() throws {
        let checkpoint = try RandomPixelCNN.checkpoint(Self.small)
        func values(_ seed: UInt64) throws -> [Float] {
            var configuration = Self.small
            configuration.filters = 15
            let wide = try grown(checkpoint, to: .pixelcnn(configuration), seed: seed)
            return wide.parameters["up.1.u.1.input.v"].values
        }
        func square(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 } / Float(values.count) }
        let first = try values(1)
        #expect(abs(square(first) / square(checkpoint.parameters["up.1.u.1.input.v"].values) - 1) < 1e-4)
        #expect(try values(1) == first && values(2) != first)
    }

    @Test(
        "a Glow with more hidden channels gives every image the same bits",
        arguments: [Coupling.Kind.affine, .additive]
    )
    func glow(_ coupling: Coupling.Kind) throws {
        var configuration = GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 5, classes: 3)
        configuration.coupling = coupling
        let checkpoint = try RandomGlow.checkpoint(configuration)
        configuration.hiddenChannels = 13
        let wide = try grown(checkpoint, to: .glow(configuration))
        let images = RandomGlow.images(3, configuration)
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        let bits = try [checkpoint, wide].map {
            try Glow($0, kernels: kernels, pool: WorkPool(threads: 1)).score(images, labels: [0, 1, 2]).bpd
        }
        for (former, own) in zip(bits[0], bits[1]) { #expect(abs(former - own) < 1e-5 * max(1, abs(former))) }
    }

    @Test("what cannot become of a checkpoint is named by its key")
    func problems() {
        func keys(_ own: CheckpointMetadata.Architecture, from start: CheckpointMetadata.Architecture) -> [String] {
            own.problems(startingFrom: start).map(\.key)
        }
        let small = CheckpointMetadata.Architecture.pixelcnn(Self.small)
        var other = Self.small
        (other.filters, other.blocks, other.mixtures, other.height) = (4, 1, 3, 16)
        #expect(keys(.pixelcnn(other), from: small) == ["filters", "mixtures"])
        other = Self.small
        other.upsamplingNorm = .input
        #expect(keys(small, from: .pixelcnn(other)) == ["family"])
        #expect(keys(.glow(GlowConfiguration()), from: small) == ["family"])
        let glow = GlowConfiguration(levels: 4, hiddenChannels: 200, coupling: .additive, classes: 0)
        #expect(
            keys(.glow(GlowConfiguration()), from: .glow(glow)) == ["levels", "hidden-channels", "coupling", "classes"]
        )
        let resnet = CheckpointMetadata.Architecture.resnet(ResNetConfiguration(classes: 5))
        #expect(keys(.resnet(ResNetConfiguration()), from: resnet) == ["classes"])
        #expect(keys(.resnet(ResNetConfiguration()), from: .resnet(ResNetConfiguration(height: 28, width: 28))).isEmpty)
    }
}
