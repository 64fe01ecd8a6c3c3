// BitSweep
// SPDX-License-Identifier: Apache-2.0

import RandomNumbers
import Testing

@Suite("Philox")
struct PhiloxTests {
    /// Known answers published with Random123 for philox4x32-10: counter, key, words.
    private static let knownAnswers: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
        (SIMD4(0, 0, 0, 0), SIMD2(0, 0), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
        (
            SIMD4(repeating: .max), SIMD2(repeating: .max),
            SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
        ),
        (
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
            SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        ),
    ]

    @Test("Philox4x32-10 gives the published known answers", arguments: 0..<3)
    func philox(index: Int) {
        let (counter, key, words) = Self.knownAnswers[index]
        #expect(Philox(key: key).words(at: counter) == words)
    }
}
