// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How an IDX file stores one element, big-endian; the raw values are the format's own codes.
enum IDXElementType: UInt8 {
    case unsignedByte = 0x08
    case signedByte = 0x09
    case short = 0x0B
    case int = 0x0C
    case float = 0x0D
    case double = 0x0E

    /// Bytes of one element.
    var byteCount: Int {
        switch self {
        case .unsignedByte, .signedByte: 1
        case .short: 2
        case .int, .float: 4
        case .double: 8
        }
    }

    /// The element that `bytes`, as many as an element has, store.
    func value(_ bytes: ArraySlice<UInt8>) -> Double {
        let word = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return switch self {
        case .unsignedByte: Double(word)
        case .signedByte: Double(Int8(truncatingIfNeeded: word))
        case .short: Double(Int16(truncatingIfNeeded: word))
        case .int: Double(Int32(truncatingIfNeeded: word))
        case .float: Double(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
        case .double: Double(bitPattern: word)
        }
    }
}
