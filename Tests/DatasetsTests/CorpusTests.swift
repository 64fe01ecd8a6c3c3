// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite
struct CorpusTests {
    @Test(
        "every input of the fuzzer's corpus, two bytes with the length of the images, images, labels, is read or refused"
    )
    func replay() throws {
        var (files, datasets) = (0, 0)
        for input in try Checkout.fuzzCorpus("idx") {
            let bytes = try [UInt8](Data(contentsOf: input))
            guard bytes.count >= 2 else { continue }
            let first = bytes.dropFirst(2).prefix(Int(bytes[0]) << 8 | Int(bytes[1]))
            let pair = [first, bytes[first.endIndex...]].compactMap { part in
                try? IDXFile(DecodedBytes(Array(part), file: "input"), limit: 1 << 20)
            }
            files += pair.count
            guard pair.count == 2,
                let dataset = try? ImageDataset(name: "own", split: "test", images: pair[0], labels: pair[1])
            else { continue }
            datasets += 1
            #expect(dataset.pixels.count == dataset.count * dataset.shape.count)
        }
        #expect(files > 5 && datasets > 0)
    }
}
