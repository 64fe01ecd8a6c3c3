// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct AgreementTests {
    @Test func `Without a tolerance bits decide`() {
        #expect(Float(1).agrees(with: 1, within: nil))
        #expect(!Float(1).agrees(with: Float(1).nextUp, within: nil))
        #expect(!Float(0).agrees(with: -0.0, within: nil))
        #expect(Float.nan.agrees(with: .nan, within: nil))
    }

    @Test func `A tolerance is relative to the greater of both, and absolute below 1`() {
        #expect(Float(1000).agrees(with: 1000.009, within: 1e-5))
        #expect(!Float(1000).agrees(with: 1000.02, within: 1e-5))
        #expect(Float(0).agrees(with: 9e-6, within: 1e-5))
        #expect(!Float(0).agrees(with: 2e-5, within: 1e-5))
        #expect(Float(0).agrees(with: -0.0, within: 1e-5))
    }

    @Test func `What is no number agrees with its like alone`() {
        #expect(Float.nan.agrees(with: -Float.nan, within: 1e-5))
        #expect(!Float.nan.agrees(with: 1, within: 1e-5))
        #expect(Float.infinity.agrees(with: .infinity, within: 1e-5))
        #expect(!Float.infinity.agrees(with: -.infinity, within: 1e-5))
        #expect(!Float.infinity.agrees(with: .greatestFiniteMagnitude, within: 1))
    }
}
