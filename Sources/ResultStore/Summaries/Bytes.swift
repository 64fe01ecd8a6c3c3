// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Appends numbers to bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    /// A number that is not negative, seven bits a byte, the lowest first.
    mutating func varint(_ value: Int) { unsigned(UInt64(value)) }

    mutating func signed(_ value: Int) { unsigned(UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

    /// A number that is a Float32.
    mutating func single(_ value: Double) { word(UInt64(Float(value).bitPattern), bytes: 4) }

    mutating func double(_ value: Double) { word(value.bitPattern, bytes: 8) }

    private mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func word(_ word: UInt64, bytes count: Int) {
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) }
    }
}

/// Takes numbers off bytes that may hold anything.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw DamagedRow(detail: "a summary that ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A number from 0 to `limit`.
    mutating func count(limit: Int = .max) throws -> Int {
        let value = try unsigned()
        guard value <= UInt64(limit) else { throw DamagedRow(detail: "a summary with an impossible count") }
        return Int(value)
    }

    mutating func signed() throws -> Int {
        let value = try unsigned()
        return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    mutating func single() throws -> Double {
        Double(Float(bitPattern: UInt32(truncatingIfNeeded: try word(bytes: 4))))
    }

    mutating func double() throws -> Double { Double(bitPattern: try word(bytes: 8)) }

    private mutating func unsigned() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
        }
        throw DamagedRow(detail: "a summary with a number longer than 64 bits")
    }

    private mutating func word(bytes count: Int) throws -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<count { word |= UInt64(try byte()) << UInt64(8 * place) }
        return word
    }
}
