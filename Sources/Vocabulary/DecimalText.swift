// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Numbers as YAML's core schema writes them; no hexadecimal, underscores, infinities or NaN.
package enum DecimalText {
    /// Nil unless the text is a sign and digits that fit an `Int`.
    package static func integer(_ text: String) -> Int? {
        text.utf8.allSatisfy { isDigit($0) || isSign($0) } ? Int(text) : nil
    }

    /// Nil unless the text is a finite decimal number.
    package static func real(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy { byte in
            isDigit(byte) || isSign(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
        }
        guard isDecimal, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
}
