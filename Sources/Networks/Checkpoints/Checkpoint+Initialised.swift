// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
public import SweepPlan

extension Checkpoint {
    /// A fresh model of `family` in the paper's configuration; the same one on every machine.
    ///
    /// A Glow's actnorms and the last layers of its networks begin as zeros, so that couplings and priors do nothing yet;
    /// hidden convolutions are drawn from N(0, 0.05²), 1×1 convolutions are signed permutations (Glow, sections 3.1 to
    /// 3.3). A classifier's weights are drawn from N(0, 2/n), n being the inputs of an output, and its batch
    /// normalisations do nothing yet (He, Zhang, Ren and Sun, 2015). A PixelCNN++'s directions are drawn from N(0, 0.05²),
    /// its lengths are 1.
    ///
    /// - Throws: ``CheckpointError`` when the parameters do not match the architecture.
    public static func initialised(_ family: ModelFacts.Family) throws(CheckpointError) -> Checkpoint {
        switch family {
        case .glow:
            try initialised(.glow(GlowConfiguration()), preprocessing: .resize, GlowInitialisation.values(of:_:))
        case .resnet:
            try initialised(.resnet(ResNetConfiguration()), preprocessing: .resize, ResNetInitialisation.values(of:_:))
        case .pixelcnn:
            try initialised(
                .pixelcnn(PixelCNNConfiguration()),
                preprocessing: .none,
                PixelCNNInitialisation.values(of:_:)
            )
        }
    }

    /// A checkpoint whose parameters are `values` of each, drawn from a stream of its own.
    private static func initialised(
        _ architecture: CheckpointMetadata.Architecture,
        preprocessing: ModelFacts.Preprocessing,
        _ values: (ParameterSpec, RandomStream) -> [Float]
    ) throws(CheckpointError) -> Checkpoint {
        let metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: preprocessing,
            provenance: "freshly initialised"
        )
        var tensors: [String: Tensor] = [:]
        for (number, spec) in metadata.parameters.enumerated() {
            let draws = RandomStream(seed: 0, purpose: .initialisation, index: UInt64(number))
            tensors[spec.name] = Tensor(shape: spec.shape, values: values(spec, draws))
        }
        return try Checkpoint(metadata: metadata, tensors: tensors, name: "family:\(metadata.family.rawValue)")
    }
}

/// First values of a Glow's parameters, by the last part of their names.
private enum GlowInitialisation {
    static func values(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
        let count = spec.shape.reduce(1, *)
        switch spec.name.split(separator: ".").suffix(2).joined(separator: ".") {
        case let name where name.hasSuffix("permutation"):
            return permutation(count, draws).map { Float($0) }
        case let name where name.hasSuffix("sign-s"):
            return (0..<count).map { draws.word($0) & 1 == 0 ? 1 : -1 }
        case "first.weight", "second.weight":
            // The portable kernels: initial values must not depend on the machine either way, and need no speed.
            return draws.gaussians(count, KernelSet(.portable)).map { $0 * 0.05 }
        default:
            return [Float](repeating: 0, count: count)
        }
    }

    /// A permutation of 0 ..< count by sorting random words; equal words keep their order.
    private static func permutation(_ count: Int, _ draws: RandomStream) -> [Int] {
        (0..<count).sorted { (draws.word($0), $0) < (draws.word($1), $1) }
    }
}
