// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
import TestSupport
import Testing

@Suite
struct CorpusTests {
    @Test("every input of the fuzzer's corpus is read or refused, and a checkpoint that is read is written as it was")
    func replay() throws {
        var (files, checkpoints) = (0, 0)
        for input in try Checkout.fuzzCorpus("safetensors") {
            let bytes = try [UInt8](Data(contentsOf: input))
            guard let file = try? SafetensorsFile(bytes: bytes, name: "input") else { continue }
            files += 1
            for name in file.entries.keys {
                _ = try file.tensor(name)
                _ = try? file.integers(name)
            }
            for layout in Importer.Layout.allCases { _ = try? Importer.read(file, layout: layout) }
            guard let checkpoint = try? Checkpoint(file) else { continue }
            checkpoints += 1
            let written = checkpoint.encoded()
            #expect(try Checkpoint(SafetensorsFile(bytes: written, name: "again")).encoded() == written)
        }
        #expect(files > 10 && checkpoints > 0)
    }
}
