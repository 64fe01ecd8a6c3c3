// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Numbers as YAML's core schema writes them; no hexadecimal, underscores, infinities or NaN.
package enum DecimalText {
    /// Nil unless the text is a sign and digits that fit an `Int`.
    package static func integer(_ text: String) -> Int? {
        text.utf8.allSatisfy { isDigit($0) || isSign($0) } ? Int(text) : nil
    }

    /// How a number is out of reach.
    package enum Excess {
        case tooLarge
        /// Not 0, and yet 0 once it is computed with.
        case tooSmall

        /// What is wrong and what would be right.
        package var problem: String {
            switch self {
            case .tooLarge: "too large to be computed with"
            case .tooSmall: "too small to be told from 0 in single precision; write 0 where that is meant"
            }
        }
    }

    /// How a whole number is out of an `Int`'s reach; nil where it is not, or where the text is none.
    package static func integerExcess(_ text: String) -> Excess? {
        let digits = text.utf8.drop(while: isSign)
        guard text.utf8.count - digits.count <= 1, !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return Int(text) == nil ? .tooLarge : nil
    }

    /// How a decimal number is out of the reach of single precision, in which the engine computes; nil where it is not,
    /// or where the text is no number.
    package static func realExcess(_ text: String) -> Excess? {
        guard let value = nearest(text) else { return nil }
        if !Float(value).isFinite { return .tooLarge }
        return Float(value) == 0 && !isZero(text) ? .tooSmall : nil
    }

    /// Nil unless the text is a decimal number, not too large and not so small that it would be taken for 0.
    package static func real(_ text: String) -> Double? {
        guard let value = nearest(text), value.isFinite, value != 0 || isZero(text) else { return nil }
        return value
    }

    /// Whether every digit before the exponent is 0.
    private static func isZero(_ text: String) -> Bool {
        text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }.allSatisfy { !isDigit($0) || $0 == UInt8(ascii: "0") }
    }

    /// The double nearest to a decimal number, infinite where there is none.
    private static func nearest(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy { byte in
            isDigit(byte) || isSign(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
        }
        return isDecimal ? Double(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
}
