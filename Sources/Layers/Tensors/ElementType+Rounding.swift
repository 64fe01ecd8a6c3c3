// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ElementType {
    /// The bytes that store `values` in this type, each rounded to the nearest number, of two to the even one.
    ///
    /// What is too large becomes infinite. Only types of at most 32 bits that hold fractions can store single
    /// precision.
    public func bytes(storing values: [Float]) -> [UInt8] {
        switch self {
        case .float32: return Self.bytes(encoding: values)
        case .float16: return Self.bytes(of: values.map(Self.narrowedToHalf))
        case .bfloat16: return Self.bytes(of: values.map(Self.narrowedToBrain))
        case .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .boolean:
            preconditionFailure("\(rawValue) does not store single precision")
        }
    }

    private static func bytes(of words: [UInt16]) -> [UInt8] {
        words.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func narrowedToBrain(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        // A NaN keeps its upper half, with the bit set that makes it quiet: rounding could make it an infinity.
        guard !value.isNaN else { return UInt16(bits >> 16) | 0x40 }
        return UInt16((bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
    }

    /// By bits: `Float16` is missing from some platforms.
    private static func narrowedToHalf(_ value: Float) -> UInt16 {
        let sign = UInt16(value.bitPattern >> 16 & 0x8000)
        guard !value.isNaN else { return sign | 0x7e00 }
        let magnitude = value.magnitude
        // Below 2⁻¹⁴ a half counts steps of 2⁻²⁴.
        guard magnitude >= 0x1p-14 else { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
        let bits = min(magnitude, 0x1p17).bitPattern
        let rounded = (bits + 0xfff + (bits >> 13 & 1)) >> 13
        return sign | UInt16(min(rounded - 112 << 10, 0x7c00))
    }
}
