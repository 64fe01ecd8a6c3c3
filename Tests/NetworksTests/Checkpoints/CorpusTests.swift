// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
import Testing

@Suite
struct CorpusTests {
    /// Inputs that the fuzzer of Benchmarks/ found to reach different places of the decoder.
    private static var corpus: [URL] {
        get throws {
            let folder = URL(filePath: #filePath).appending(path: "../../../Corpus/safetensors").standardizedFileURL
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        }
    }

    @Test("every input of the fuzzer's corpus is read or refused, and a checkpoint that is read is written as it was")
    func replay() throws {
        var (files, checkpoints) = (0, 0)
        for input in try Self.corpus {
            let bytes = try [UInt8](Data(contentsOf: input))
            guard let file = try? SafetensorsFile(bytes: bytes, name: "input") else { continue }
            files += 1
            for name in file.entries.keys {
                _ = try file.tensor(name)
                _ = try? file.integers(name)
            }
            for layout in Importer.Layout.allCases { _ = try? Importer.checkpoint(from: file, layout: layout) }
            guard let checkpoint = try? Checkpoint(file) else { continue }
            checkpoints += 1
            let written = checkpoint.encoded()
            #expect(try Checkpoint(SafetensorsFile(bytes: written, name: "again")).encoded() == written)
        }
        #expect(files > 10 && checkpoints > 0)
    }
}
