// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Vocabulary

/// Small computations whose bits identify an arithmetic: random numbers, elementary functions, and a small model of
/// every family run as shards run it, through whatever kernels it is made of.
enum KnownAnswers {
    static func words(_ kernels: KernelSet) -> [UInt32] {
        let stream = RandomStream(seed: 1, purpose: .sampling, index: 0)
        let numbers = stream.uniforms(512) + stream.gaussians(512, kernels)
        let functions = ElementwiseFunction.allCases.flatMap { elementwise($0, kernels) }
        do {
            let families = try ModelFacts.Family.allCases.flatMap { try answers(of: $0, kernels) }
            return (numbers + functions + families).map(\.bitPattern)
        } catch {
            preconditionFailure("the models of the known answers are impossible: \(error)")
        }
    }

    private static func answers(of family: ModelFacts.Family, _ kernels: KernelSet) throws -> [Float] {
        switch family {
        case .glow: try glow(kernels)
        case .pixelcnn: try pixelcnn(kernels)
        case .resnet: try resnet(kernels)
        case .external: []
        }
    }

    private static func elementwise(_ function: ElementwiseFunction, _ kernels: KernelSet) -> [Float] {
        let inputs = (0..<257).map { Float($0) / 16 - 8 } + [1e-30, 80, -80]
        let values = AlignedBuffer(function == .logarithm ? inputs.map(\.magnitude) : inputs)
        let view = RowView(values, rows: 1, channels: inputs.count)
        kernels.apply(function, to: view, into: view)
        return values.elements
    }

    /// Likelihoods and half-zeroed images of a flow whose sizes leave a remainder in every register tile.
    private static func glow(_ kernels: KernelSet) throws -> [Float] {
        let configuration = GlowConfiguration(
            height: 12,
            width: 8,
            channels: 3,
            levels: 2,
            steps: 2,
            hiddenChannels: 21,
            classes: 3
        )
        let model = try Glow(checkpoint(.glow(configuration)), kernels: kernels, pool: WorkPool(threads: 1))
        let images = images(configuration.dimensions)
        let encoding = try model.encode(images, labels: [0, 1, 2])
        let scores = try model.score(images)
        return (encoding.scores.columns + scores.columns).flatMap(\.values) + model.decode(encoding, scaling: [0, 0.5])
    }

    /// Likelihoods under an autoregressive model.
    private static func pixelcnn(_ kernels: KernelSet) throws -> [Float] {
        let configuration = PixelCNNConfiguration(height: 8, width: 12, filters: 5, blocks: 1, mixtures: 2)
        let model = try PixelCNN(checkpoint(.pixelcnn(configuration)), kernels: kernels, pool: WorkPool(threads: 1))
        return try model.score(images(configuration.dimensions)).columns.flatMap(\.values)
    }

    /// Logits of a classifier.
    private static func resnet(_ kernels: KernelSet) throws -> [Float] {
        let configuration = ResNetConfiguration(height: 9, width: 7, channels: 3, classes: 5)
        let model = try ResNet(checkpoint(.resnet(configuration)), kernels: kernels, pool: WorkPool(threads: 1))
        return try model.score(images(configuration.dimensions), labels: [0, 1, 4]).columns.flatMap(\.values)
    }

    static func images(_ dimensions: Int, count: Int = 3) -> [Float] {
        RandomStream(seed: 2, purpose: .sampling, index: 0).uniforms(count * dimensions).map { $0 - 0.5 }
    }

    /// A model whose numbers all differ from zero, so that every layer takes part.
    static func checkpoint(_ architecture: CheckpointMetadata.Architecture) throws -> Checkpoint {
        let metadata = CheckpointMetadata(architecture: architecture, preprocessing: .none, provenance: "")
        var tensors: [String: Tensor] = [:]
        for (number, spec) in metadata.parameters.enumerated() {
            let draws = RandomStream(seed: 3, purpose: .initialisation, index: UInt64(number))
            let count = spec.shape.reduce(1, *)
            let values: [Float] =
                switch spec.name.split(separator: ".").last {
                case "permutation": (0..<count).reversed().map(Float.init)
                case "sign-s": (0..<count).map { $0 % 2 == 0 ? 1 : -1 }
                case "running-variance": draws.uniforms(count).map { $0 + 0.5 }
                default: draws.uniforms(count).map { ($0 - 0.5) / 4 }
                }
            tensors[spec.name] = Tensor(shape: spec.shape, values: values)
        }
        return try Checkpoint(metadata: metadata, tensors: tensors, name: "known answers")
    }
}
