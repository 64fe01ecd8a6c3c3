// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Zeros for some of a stretch of floats, as the bytes of a Philox4x32-10 sequence have it.
public struct MaskCall {
    /// First float, decided by the first byte of the counter's block.
    public var values: UnsafeMutablePointer<Float>
    /// Stretches of 128 floats, eight blocks each.
    public var stretches: Int
    /// A float whose byte is less becomes zero.
    public var least: UInt32
    /// The generator's key.
    public var key: SIMD2<UInt32>
    /// The first block's counter, whose first component grows by one from block to block, without overflow.
    public var counter: SIMD4<UInt32>

    /// Gathers the fields; see each for its meaning.
    public init(
        values: UnsafeMutablePointer<Float>,
        stretches: Int,
        least: UInt32,
        key: SIMD2<UInt32>,
        counter: SIMD4<UInt32>
    ) {
        self.values = values
        self.stretches = stretches
        self.least = least
        self.key = key
        self.counter = counter
    }
}

/// Masks the stretches of `call`.
@inlinable @_transparent
public func mask(_ call: UnsafePointer<MaskCall>) {
    let call = call.pointee
    for stretch in 0..<call.stretches {
        let blocks = EightBlocks(call, first: 8 * UInt64(truncatingIfNeeded: stretch))
        let values = call.values + 128 * stretch
        for block in 0..<8 { blocks.mask(block, values + 16 * block, least: call.least) }
    }
}

/// Eight blocks of four words, block for block a lane.
@usableFromInline
struct EightBlocks {
    @usableFromInline typealias Words = SIMD8<UInt64>
    @usableFromInline var x: Words
    @usableFromInline var y: Words
    @usableFromInline var z: Words
    @usableFromInline var w: Words

    /// The blocks from number `first` on behind the counter's: lane by lane the ten rounds of one block.
    @inlinable @_transparent
    init(_ call: MaskCall, first: UInt64) {
        let low = Words(repeating: 0xffff_ffff)
        x = Words(repeating: UInt64(call.counter.x) &+ first) &+ Words(0, 1, 2, 3, 4, 5, 6, 7)
        y = Words(repeating: UInt64(call.counter.y))
        z = Words(repeating: UInt64(call.counter.z))
        w = Words(repeating: UInt64(call.counter.w))
        var (kx, ky) = (call.key.x, call.key.y)
        for _ in 0..<10 {
            let even = (x & low) &* Words(repeating: 0xd251_1f53)
            let odd = (z & low) &* Words(repeating: 0xcd9e_8d57)
            (x, y) = (odd &>> 32 ^ y ^ Words(repeating: UInt64(kx)), odd & low)
            (z, w) = (even &>> 32 ^ w ^ Words(repeating: UInt64(ky)), even & low)
            kx &+= 0x9e37_79b9
            ky &+= 0xbb67_ae85
        }
    }

    /// Masks sixteen floats by the bytes of a block.
    @inlinable @_transparent
    func mask(_ block: Int, _ values: UnsafeMutablePointer<Float>, least: UInt32) {
        let a = SIMD4<UInt32>(repeating: UInt32(truncatingIfNeeded: x[block]))
        let b = SIMD4<UInt32>(repeating: UInt32(truncatingIfNeeded: y[block]))
        let c = SIMD4<UInt32>(repeating: UInt32(truncatingIfNeeded: z[block]))
        let d = SIMD4<UInt32>(repeating: UInt32(truncatingIfNeeded: w[block]))
        let words = LaneBits(lowHalf: SIMD8(lowHalf: a, highHalf: b), highHalf: SIMD8(lowHalf: c, highHalf: d))
        let bytes = words &>> LaneBits(0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24) & 255
        let isDropped = bytes .< LaneBits(repeating: least)
        Lanes(at: values).replacing(with: 0, where: isDropped).store(at: values)
    }
}
