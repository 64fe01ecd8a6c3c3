// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Steps through the fields of a protobuf message without decoding what is in them.
struct FieldReader {
    enum Value {
        case integer(UInt64)
        case fixed(Range<Int>)
        case bytes(Range<Int>)
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// A reader of the message that one of the fields holds.
    func inside(_ field: Range<Int>) -> FieldReader { FieldReader(bytes, in: field) }

    /// How many fields are left.
    func count() throws(WireError) -> Int {
        var rest = self
        var count = 0
        while try rest.next() != nil { count += 1 }
        return count
    }

    /// The next field, or nil at the end.
    mutating func next() throws(WireError) -> (number: Int, value: Value)? {
        guard position < end else { return nil }
        let tag = try varint()
        guard (8..<1 << 32).contains(tag) else { throw .malformed(reason: "a field without a possible number") }
        return (Int(tag >> 3), try value(wireType: tag & 7))
    }

    private mutating func value(wireType: UInt64) throws(WireError) -> Value {
        switch wireType {
        case 0:
            return .integer(try varint())
        case 1, 5:
            return .fixed(try take(wireType == 1 ? 8 : 4))
        case 2:
            return .bytes(try take(try varint()))
        default:
            throw .malformed(reason: "a field of wire type \(wireType)")
        }
    }

    private mutating func varint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard position < end else { throw .malformed(reason: "it ends in the middle of a number") }
            let byte = UInt64(bytes[position])
            position += 1
            value |= (byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed(reason: "a number longer than 64 bits")
    }

    private mutating func take(_ count: UInt64) throws(WireError) -> Range<Int> {
        guard count <= UInt64(end - position) else {
            throw .malformed(reason: "it ends in the middle of a field")
        }
        let start = position
        position += Int(count)
        return start..<position
    }
}
