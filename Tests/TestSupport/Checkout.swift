// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Files that tests read: those of the checkout, and larger ones beside it that only some machines have.
public enum Checkout {
    /// The repository's root.
    public static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The model that comes with the repository.
    public static let model = root.appending(path: "Models/glow-affine-mnist.safetensors").path

    /// A file of `Tests/Fixtures`.
    public static func fixture(_ name: String) -> String { root.appending(path: "Tests/Fixtures/\(name)").path }

    /// The inputs of `Tests/Corpus` that the fuzzer of Benchmarks/ found to reach different places of one decoder.
    public static func fuzzCorpus(_ name: String) throws -> [URL] {
        let folder = root.appending(path: "Tests/Corpus/\(name)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }

    /// Something in the folder that BITSWEEP_SHARED names, by default `shared` beside the checkout; nil where it is not.
    ///
    /// What tests look for there: `data/mnist` and `data/fashion-mnist` with the published files, and
    /// `reference/glow-affine-mnist-trained.safetensors` with its golden file.
    public static func shared(_ path: String) -> String? {
        let folder =
            ProcessInfo.processInfo.environment["BITSWEEP_SHARED"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared")
        let file = folder.appending(path: path).path
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }
}
