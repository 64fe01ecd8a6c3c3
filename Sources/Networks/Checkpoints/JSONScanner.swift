// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A cursor over the JSON of a safetensors header: objects, strings and arrays of non-negative integers, nothing else.
struct JSONScanner {
    typealias SyntaxError = SafetensorsHeader.SyntaxError

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    func error(_ problem: String, tensor: String? = nil) -> SyntaxError {
        SyntaxError(position: position - bytes.startIndex, tensor: tensor, problem: problem)
    }

    /// Reads `{"key": value, …}`; `member` is called behind each colon and reads the value.
    mutating func object(
        _ member: (inout JSONScanner, String) throws(SyntaxError) -> Void
    ) throws(SyntaxError) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try member(&self, key)
        } while take(",")
        try expect("}")
    }

    mutating func integers(atMost limit: Int) throws(SyntaxError) -> [Int] {
        var numbers: [Int] = []
        try expect("[")
        if take("]") { return numbers }
        repeat {
            guard numbers.count < limit else { throw error("more than \(limit) numbers") }
            numbers.append(try integer())
        } while take(",")
        try expect("]")
        return numbers
    }

    mutating func string() throws(SyntaxError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = next(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: String(try escapedScalar()).utf8)
            } else {
                text.append(byte)
            }
        }
        guard bytes[position - 1] == UInt8(ascii: "\"") else { throw error("a string without its end") }
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return string
    }

    /// Only padding may follow the outermost object.
    mutating func end() throws(SyntaxError) {
        skipSpace()
        guard position == bytes.endIndex else { throw error("text after the header's last brace") }
    }

    private mutating func integer() throws(SyntaxError) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.endIndex, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { throw error("a number too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw error("expected a whole number, not negative") }
        return value
    }

    private mutating func escapedScalar() throws(SyntaxError) -> Unicode.Scalar {
        switch next() {
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "/"): "/"
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        case UInt8(ascii: "u"): try codePoint()
        default: throw error("an unknown escape in a string")
        }
    }

    private mutating func codePoint() throws(SyntaxError) -> Unicode.Scalar {
        var value = try codeUnit()
        if 0xD800..<0xDC00 ~= value {
            guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
                throw error("half a surrogate pair")
            }
            let low = try codeUnit()
            guard 0xDC00..<0xE000 ~= low else { throw error("half a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
        return scalar
    }

    private mutating func codeUnit() throws(SyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SyntaxError) {
        guard take(character) else { throw error("expected '\(character)'") }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func next() -> UInt8? {
        guard position < bytes.endIndex else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }
}
