// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Files of the checkout that tests use.
public enum Checkout {
    /// The repository's root.
    public static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The model that comes with the repository.
    public static let model = root.appending(path: "Models/glow-affine-mnist.safetensors").path

    /// A file beside the checkout that only some machines have; nil elsewhere.
    public static func shared(_ path: String) -> String? {
        let folder =
            ProcessInfo.processInfo.environment["BITSWEEP_SHARED"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared")
        let file = folder.appending(path: path).path
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }
}
