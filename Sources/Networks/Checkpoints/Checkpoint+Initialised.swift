// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
public import Vocabulary

extension Checkpoint {
    /// A fresh model of `family` in the paper's configuration; the same one on every machine.
    ///
    /// A Glow's actnorms and the last layers of its networks begin as zeros, so that couplings and priors do nothing
    /// yet; hidden convolutions are drawn from N(0, 0.05²), 1×1 convolutions are random rotations (Glow, sections 3.1
    /// to 3.3). A classifier's weights are drawn from N(0, 2/n), n being the inputs of an output, and its batch
    /// normalisations do nothing yet (He, Zhang, Ren and Sun, 2015). A PixelCNN++'s directions are drawn from N(0,
    /// 0.05²), its lengths are 1.
    ///
    /// - Throws: ``CheckpointError`` when the parameters do not match the architecture.
    public static func initialised(_ family: ModelFacts.Family) throws(CheckpointError) -> Checkpoint {
        try initialised(.init(standard: family), preprocessing: family.standardPreprocessing)
    }

    /// A fresh model of any size, whose parameters are drawn from streams of their own; the same one on every machine.
    ///
    /// - Throws: ``CheckpointError`` when the sizes are impossible.
    public static func initialised(
        _ architecture: CheckpointMetadata.Architecture,
        preprocessing: ModelFacts.Preprocessing,
        seed: UInt64 = 0
    ) throws(CheckpointError) -> Checkpoint {
        let metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: preprocessing,
            provenance: "freshly initialised"
        )
        let values = architecture.configuration.firstValues { number in
            RandomStream(seed: seed, purpose: .initialisation, index: UInt64(number))
        }
        var tensors: [String: Tensor] = [:]
        for spec in metadata.parameters {
            tensors[spec.name] = values[spec.name].map { Tensor(shape: spec.shape, values: $0) }
        }
        return try Checkpoint(metadata: metadata, tensors: tensors, name: "family:\(metadata.family.rawValue)")
    }
}
