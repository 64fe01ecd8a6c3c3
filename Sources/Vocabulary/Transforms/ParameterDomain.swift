// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The values a parameter may take, their canonical texts, and the 64-bit codes the grid works with.
///
/// Equal values have equal codes and equal texts, so comparing codes is comparing values.
package enum ParameterDomain: Sendable {
    /// Whole numbers; the code is the two's complement.
    case integer(ClosedRange<Int>)
    /// Finite numbers; the code is the bit pattern, with −0 taken as 0.
    case real(ClosedRange<Double>)
    /// Words; the code is the position in the list.
    case choice([String])
    /// Words that may also be given by their numbers in the list, from 1.
    case numbered([String])
    /// `false` is 0, `true` is 1.
    case flag

    /// The canonical text of a value: for a real number the shortest decimal that reads back to the same bits.
    package func text(_ code: UInt64) -> String {
        switch self {
        case .integer: String(Int(truncatingIfNeeded: code))
        case .real: Self.shortestText(Double(bitPattern: code))
        case .choice(let words), .numbered(let words): words[Int(code)]
        case .flag: code == 0 ? "false" : "true"
        }
    }

    /// Reads a value; the text need not be canonical.
    package func code(_ text: String) throws(ParameterValueError) -> UInt64 {
        switch self {
        case .integer(let range):
            guard let value = DecimalText.integer(text) else { throw .wrongType(expected: expectation) }
            return try integerCode(value, in: range)
        case .real(let range):
            guard let value = DecimalText.real(text) else { throw .wrongType(expected: expectation) }
            return try realCode(value, in: range)
        case .choice(let words):
            guard let index = words.firstIndex(of: text) else { throw .notAmong(words) }
            return UInt64(index)
        case .numbered(let words):
            if let number = DecimalText.integer(text) { return try integerCode(number, in: 1...words.count) - 1 }
            return try Self.choice(words).code(text)
        case .flag:
            guard text == "true" || text == "false" else { throw .wrongType(expected: expectation) }
            return text == "true" ? 1 : 0
        }
    }

    /// What a value must be, as error messages say it.
    package var expectation: String {
        switch self {
        case .integer: "a whole number"
        case .real: "a number"
        case .choice(let words), .numbered(let words): "one of \(words.joined(separator: ", "))"
        case .flag: "true or false"
        }
    }

    private func integerCode(_ value: Int, in range: ClosedRange<Int>) throws(ParameterValueError) -> UInt64 {
        guard range.contains(value) else { throw .outside("\(range.lowerBound) to \(range.upperBound)") }
        return Self.code(value)
    }

    private func realCode(_ value: Double, in range: ClosedRange<Double>) throws(ParameterValueError) -> UInt64 {
        guard range.contains(value) else {
            throw .outside("\(Self.shortestText(range.lowerBound)) to \(Self.shortestText(range.upperBound))")
        }
        return Self.code(value)
    }

    /// Swift's shortest digits, without `.0`, `+` and the exponent's leading zeros.
    private static func shortestText(_ value: Double) -> String {
        let parts = value.description.split(separator: "e")
        let digits = parts[0].hasSuffix(".0") ? parts[0].dropLast(2) : parts[0]
        guard parts.count == 2, let exponent = Int(parts[1]) else { return String(digits) }
        return "\(digits)e\(exponent)"
    }
}

// Values to codes and back.
extension ParameterDomain {
    package static func code(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64(value)) }

    package static func integer(_ code: UInt64) -> Int { Int(truncatingIfNeeded: code) }

    package static func code(_ value: Double) -> UInt64 { value == 0 ? 0 : value.bitPattern }

    package static func real(_ code: UInt64) -> Double { Double(bitPattern: code) }

    package static func code(_ value: Bool) -> UInt64 { value ? 1 : 0 }

    package static func flag(_ code: UInt64) -> Bool { code == 1 }

    static func code<Word: CaseIterable & RawRepresentable<String>>(_ word: Word) -> UInt64 {
        UInt64(Word.allCases.prefix { $0.rawValue != word.rawValue }.count)
    }

    static func word<Word: CaseIterable>(_ code: UInt64) -> Word { Array(Word.allCases)[Int(code)] }

    /// The raw values of a type's words.
    static func choice<Word: CaseIterable & RawRepresentable<String>>(_ words: Word.Type) -> ParameterDomain {
        .choice(words.allCases.map(\.rawValue))
    }

    /// The raw values of a type's words, which may be given by number, too.
    static func numbered<Word: CaseIterable & RawRepresentable<String>>(_ words: Word.Type) -> ParameterDomain {
        .numbered(words.allCases.map(\.rawValue))
    }
}

/// Why a text is not a value of a parameter; the place is told by whoever reads the text.
package enum ParameterValueError: Error, Hashable {
    case wrongType(expected: String)
    case notAmong([String])
    case outside(String)

    /// The problem with `text`, and what would be right.
    package func message(_ text: String) -> String {
        switch self {
        case .wrongType(let expected): "'\(text)' is not \(expected)"
        case .notAmong(let words): "'\(text)' is not one of \(words.joined(separator: ", "))"
        case .outside(let range): "\(text) is outside \(range)"
        }
    }
}
