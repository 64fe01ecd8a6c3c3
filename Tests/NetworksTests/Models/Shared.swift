// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks

/// The reference weights and their golden numbers, in `shared/` beside the checkout.
enum Shared {
    static let names = ["glow-affine-small", "glow-additive-small", "glow-affine-rgb", "glow-affine-mnist-trained"]

    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["BITSWEEP_SHARED"] { return URL(filePath: path) }
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return checkout.appending(path: "../shared").standardized
    }()

    static let isThere = FileManager.default.fileExists(atPath: path("glow-affine-small"))

    static func path(_ name: String) -> String {
        folder.appending(path: "reference/\(name).safetensors").path
    }

    /// The imported model; images are as large as those of its golden file.
    static func checkpoint(_ name: String) throws -> Checkpoint {
        let size = name.contains("mnist") ? 32 : 16
        return try Importer.checkpoint(
            from: SafetensorsFile(contentsOf: path(name)),
            layout: .y0ast,
            options: .init(height: size, width: size)
        )
    }

    static func golden(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(contentsOf: path("\(name).golden"))
    }
}
