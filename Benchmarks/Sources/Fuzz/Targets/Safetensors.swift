// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import Vocabulary

extension FuzzTarget {
    /// Weight files: the file, its tensors, our own checkpoints and what becomes of them, both importers.
    static let safetensors = FuzzTarget(name: "safetensors") { bytes in
        guard let file = try? SafetensorsFile(bytes: bytes, name: "input") else { return }
        for name in file.entries.keys {
            _ = try? file.tensor(name)
            _ = try? file.integers(name)
        }
        if let checkpoint = try? Checkpoint(file) { check(checkpoint) }
        for layout in Importer.Layout.allCases {
            _ = try? Importer.read(file, layout: layout)
        }
    }

    private static let kernels = KernelSet(.portable)
    private static let pool = WorkPool(threads: 1)

    private static func check(_ checkpoint: Checkpoint) {
        let bytes = checkpoint.encoded()
        let again = try? Checkpoint(SafetensorsFile(bytes: bytes, name: "again"))
        law(again?.encoded() == bytes, "a checkpoint that was read can be written and reads the same")
        switch checkpoint.facts.family {
        case .glow: _ = try? Glow(checkpoint, kernels: kernels, pool: pool)
        case .pixelcnn: _ = try? PixelCNN(checkpoint, kernels: kernels, pool: pool)
        case .resnet: _ = try? ResNet(checkpoint, kernels: kernels, pool: pool)
        }
    }
}
