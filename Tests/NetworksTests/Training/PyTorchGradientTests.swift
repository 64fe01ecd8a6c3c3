// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing

@Suite struct PyTorchGradientTests {
    private static let pool = WorkPool(threads: 2)

    private static func trainer(_ metadata: CheckpointMetadata) throws -> any Trainer {
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        return switch metadata.architecture {
        case .glow(let glow): try GlowTrainer(glow, kernels: kernels, pool: pool)
        case .pixelcnn(let pixelcnn): PixelCNNTrainer(pixelcnn, dropout: 0, kernels: kernels, pool: pool)
        case .resnet(let resnet): try ResNetTrainer(resnet, kernels: kernels, pool: pool)
        }
    }

    @Test("losses and the gradient of every parameter are PyTorch's", arguments: ["glow", "pixelcnn", "resnet"])
    func gradients(name: String) throws {
        let fixture = try GradientFixture(name)
        let gradient = AlignedBuffer(count: fixture.layout.count)
        let trainer = try Self.trainer(fixture.metadata)
        let outcome = trainer.gradient(gradient, of: fixture.batch, at: fixture.parameters)
        #expect(outcome.losses.count == fixture.losses.count)
        for (found, truth) in zip(outcome.losses, fixture.losses) {
            #expect(abs(found - Double(truth)) <= 1e-5 * Double(truth))
        }
        let differences = try fixture.differences(gradient)
        for difference in differences {
            #expect(difference.ofElements <= 1e-4, "\(difference.name)")
            #expect(difference.ofNorm <= 1e-4, "\(difference.name)")
        }
        let learned = fixture.layout.specs.map(\.name).filter { name in
            trainer.learned.contains { $0.overlaps(fixture.layout.range(name)) }
        }
        #expect(differences.map(\.name) == learned)
    }

    @Test("running statistics after a batch are PyTorch's")
    func measured() throws {
        let fixture = try GradientFixture("resnet")
        let trainer = try Self.trainer(fixture.metadata)
        _ = trainer.gradient(AlignedBuffer(count: fixture.layout.count), of: fixture.batch, at: fixture.parameters)
        trainer.measure(fixture.parameters)
        let measured = try fixture.measured()
        #expect(measured.count == 14)
        for (name, truth) in measured {
            #expect(worst(fixture.parameters.values(fixture.layout.range(name)), truth) <= 1e-5 * max(1, scale(truth)))
        }
    }
}
