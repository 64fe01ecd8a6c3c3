// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Keyring

@Suite
struct CorpusTests {
    @Test("every input of the fuzzer's corpus is refused, or read and written as it was")
    func replay() throws {
        var (lists, fields) = (0, 0)
        for input in try Checkout.fuzzCorpus("keys") {
            let text = try String(decoding: Data(contentsOf: input), as: UTF8.self)
            if let keys = try? AllowedKeys(text, path: "input") {
                lists += 1
                #expect(try AllowedKeys(keys.text, path: "input").keys == keys.keys)
            }
            for kind in [KeyFileText.Kind.worker, .coordinator, .invitation] {
                guard let file = try? KeyFileText(text, kind, path: "input") else { continue }
                fields += file.fields.count
                for case let field? in file.fields {
                    _ = try? field.keyName("input")
                    _ = try? field.publicKey("input")
                    _ = try? field.date("input")
                    _ = try? field.pair(with: field, "input")
                }
            }
        }
        #expect(lists > 0 && fields > 0)
    }
}
