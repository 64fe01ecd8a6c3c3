// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import WireProtocol

@Suite
struct CorpusTests {
    @Test("every input of the fuzzer's corpus is refused, or read and written again")
    func replay() throws {
        var (read, refused) = (0, 0)
        for file in try Checkout.fuzzCorpus("wire") {
            let bytes = try [UInt8](Data(contentsOf: file))
            let written = [peer(bytes), coordinator(bytes)].compactMap { $0 }
            read += written.count
            refused += written.isEmpty ? 1 : 0
            for once in written {
                // Written twice rather than compared as values: a NaN differs from itself.
                let twice = peer(once) ?? coordinator(once)
                #expect(twice == once, "\(file.lastPathComponent)")
            }
        }
        #expect(read > 20 && refused > 20)
    }

    private func peer(_ bytes: [UInt8]) -> [UInt8]? {
        switch try? PeerMessage(decoding: bytes) {
        case .worker(let message)?: message.encoded()
        case .client(let message)?: message.encoded()
        case nil: nil
        }
    }

    private func coordinator(_ bytes: [UInt8]) -> [UInt8]? {
        (try? CoordinatorMessage(decoding: bytes))?.encoded()
    }
}
