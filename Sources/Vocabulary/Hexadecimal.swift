// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Bytes as hexadecimal text and back.
package enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The bytes as digits in lower case, two each.
    package static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (place, byte) in bytes.enumerated() {
                text[2 * place] = digits[Int(byte >> 4)]
                text[2 * place + 1] = digits[Int(byte & 15)]
            }
            return 2 * bytes.count
        }
    }

    /// Nil for an odd number of digits or any other character.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let nibbles = text.utf8.map { digit in digits.firstIndex(of: digit | 0x20) ?? digits.firstIndex(of: digit) }
        guard nibbles.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: nibbles.count, by: 2) {
            guard let high = nibbles[pair], let low = nibbles[pair + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// The bytes of `words`, one word after the other, the highest byte of each first.
    static func bigEndianBytes(_ words: UInt64...) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 8 * words.count) { bytes, count in
            for word in words {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes[count] = UInt8(truncatingIfNeeded: word >> shift)
                    count += 1
                }
            }
        }
    }
}
