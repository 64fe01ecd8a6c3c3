// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import TestSupport

/// The reference models of Glow and their golden numbers; see `Tests/Fixtures/README.md`.
enum Reference {
    /// Those that come with the repository.
    static let glows = ["glow-affine-small", "glow-additive-small", "glow-affine-rgb"]
    /// The paper's network, trained: a file too large for the repository.
    static let trained = "glow-affine-mnist-trained"
    static let hasTrained = [trained, "\(trained).golden"].allSatisfy {
        Checkout.shared("reference/\($0).safetensors") != nil
    }

    /// The imported model; images are as large as those of its golden file.
    static func checkpoint(_ name: String) throws -> Checkpoint {
        let size = name == trained ? 32 : 16
        return try Importer.read(
            file(name),
            layout: .y0ast,
            options: .init(height: size, width: size)
        ).checkpoint
    }

    static func golden(_ name: String) throws -> SafetensorsFile { try file("\(name).golden") }

    static func file(_ name: String) throws -> SafetensorsFile {
        let path = Checkout.shared("reference/\(name).safetensors")
        return try SafetensorsFile(
            contentsOf: name.hasPrefix(trained) ? path ?? name : Checkout.fixture("\(name).safetensors")
        )
    }
}
