// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files that come with the program.
///
/// They are found from where the executable lies, so that it does not matter where its user stands: in a checkout whose
/// build it is, or beneath the prefix to which `scripts/install` or a package put it.
enum ShippedFiles {
    /// The model called so; nil where the program was copied without its models, as to a machine of workers.
    static func model(_ name: String) -> String? {
        path("Models/\(name).safetensors", installed: "share/bitsweep/Models/\(name).safetensors")
    }

    /// The JSON Schema of sweep files.
    static var schema: String? {
        path("docs/sweep.schema.json", installed: "share/doc/bitsweep/docs/sweep.schema.json")
    }

    /// The file in the nearest folder above the executable that has it.
    private static func path(_ inCheckout: String, installed: String) -> String? {
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            for path in [inCheckout, installed].map({ folder.appending(path: $0).path })
            where FileManager.default.fileExists(atPath: path) {
                return path
            }
        }
        return nil
    }
}
