// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How one number is stored in a file, little-endian; the raw values are the safetensors format's own names.
public enum ElementType: String, Sendable, CaseIterable {
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of a binary32.
    case bfloat16 = "BF16"
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// Two's complement, 8 bits.
    case int8 = "I8"
    /// Two's complement, 16 bits.
    case int16 = "I16"
    /// Two's complement, 32 bits.
    case int32 = "I32"
    /// Two's complement, 64 bits.
    case int64 = "I64"
    /// Unsigned, 8 bits.
    case uint8 = "U8"
    /// Unsigned, 16 bits.
    case uint16 = "U16"
    /// Unsigned, 32 bits.
    case uint32 = "U32"
    /// Unsigned, 64 bits.
    case uint64 = "U64"
    /// One byte, 0 or 1.
    case boolean = "BOOL"

    /// Bytes of one number.
    public var byteCount: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .boolean: 1
        }
    }

    /// Whether the numbers are whole.
    public var isInteger: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .float64: false
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .boolean: true
        }
    }
}

extension ElementType {
    /// The numbers stored in `bytes` as single-precision values; those that need more digits are rounded.
    public func floats(decoding bytes: ArraySlice<UInt8>) -> [Float] {
        switch self {
        case .float32: words(bytes, UInt32.self) { Float(bitPattern: $0) }
        case .float16: words(bytes, UInt16.self, Self.widenedHalf)
        case .bfloat16: words(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float64: words(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
        case .int8: words(bytes, Int8.self) { Float($0) }
        case .int16: words(bytes, Int16.self) { Float($0) }
        case .int32: words(bytes, Int32.self) { Float($0) }
        case .int64: words(bytes, Int64.self) { Float($0) }
        case .uint8, .boolean: bytes.map(Float.init)
        case .uint16: words(bytes, UInt16.self) { Float($0) }
        case .uint32: words(bytes, UInt32.self) { Float($0) }
        case .uint64: words(bytes, UInt64.self) { Float($0) }
        }
    }

    /// The numbers stored in `bytes` as integers, or nil when the element type is not an integer; what is beyond the
    /// largest `Int` becomes that.
    public func integers(decoding bytes: ArraySlice<UInt8>) -> [Int]? {
        switch self {
        case .int8: words(bytes, Int8.self) { Int($0) }
        case .int16: words(bytes, Int16.self) { Int($0) }
        case .int32: words(bytes, Int32.self) { Int($0) }
        case .int64: words(bytes, Int64.self) { Int($0) }
        case .uint8, .boolean: bytes.map(Int.init)
        case .uint16: words(bytes, UInt16.self) { Int($0) }
        case .uint32: words(bytes, UInt32.self) { Int($0) }
        case .uint64: words(bytes, UInt64.self) { Int(clamping: $0) }
        case .float32, .float16, .bfloat16, .float64: nil
        }
    }

    /// The bytes that store `values` as F32.
    public static func bytes(encoding values: [Float]) -> [UInt8] {
        littleEndian(values.map(\.bitPattern))
    }

    /// The bytes that store `values` as F64.
    public static func bytes(encoding values: [Double]) -> [UInt8] {
        littleEndian(values.map(\.bitPattern))
    }

    /// The bytes that store `values` as I32.
    public static func bytes(encoding values: [Int32]) -> [UInt8] {
        littleEndian(values)
    }

    private static func littleEndian(_ words: [some FixedWidthInteger]) -> [UInt8] {
        words.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    private func words<Word: FixedWidthInteger, Number>(
        _ bytes: ArraySlice<UInt8>,
        _ word: Word.Type,
        _ convert: (Word) -> Number
    ) -> [Number] {
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / byteCount).map { position in
                convert(Word(littleEndian: raw.loadUnaligned(fromByteOffset: position * byteCount, as: Word.self)))
            }
        }
    }

    /// By bits: `Float16` is missing from some platforms.
    private static func widenedHalf(_ half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10 & 0x1f)
        let fraction = UInt32(half & 0x3ff)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: sign | magnitude.bitPattern)
        case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
