// BitSweep
// SPDX-License-Identifier: Apache-2.0

import RandomNumbers

extension KernelSet {
    /// Writes zero to every element with probability `probability256`/256, and leaves the others as they are.
    ///
    /// Element i of the view, row after row, is decided by byte i of `stream`, so that a gradient can be masked as the
    /// activations were. Packed rows are fast; where there are gaps, it takes many times as long.
    public func mask(_ x: RowView, probability256: Int, _ stream: RandomStream) {
        precondition(0..<256 ~= probability256, "a probability of \(probability256)/256")
        let count = x.rows * x.channels
        let whole = x.isPacked ? count & ~63 : 0
        let least = SIMD16<Int32>(repeating: Int32(probability256))
        for start in stride(from: 0, to: whole, by: 64) {
            let place = UnsafeMutableRawPointer(x.pointer + start)
            let blocks = stream.fourBlocks(start / 16)
            for (index, block) in [blocks.0, blocks.1, blocks.2, blocks.3].enumerated() {
                var values = place.loadUnaligned(fromByteOffset: 64 * index, as: SIMD16<Float>.self)
                let bytes = SIMD16<Int32>(truncatingIfNeeded: unsafeBitCast(block, to: SIMD16<UInt8>.self))
                values.replace(with: 0, where: bytes .< least)
                place.storeBytes(of: values, toByteOffset: 64 * index, as: SIMD16<Float>.self)
            }
        }
        for element in whole..<count {
            let byte = stream.word(element / 4) >> UInt32(8 * (element % 4)) & 255
            let (row, channel) = element.quotientAndRemainder(dividingBy: x.channels)
            if byte < probability256 { x.pointer[row * x.stride + channel] = 0 }
        }
        withExtendedLifetime(x) {}
    }
}

extension Philox {
    /// The words at `counter` and the three counters behind it, whose first components do not overflow.
    ///
    /// Lane by lane the same rounds as one block's; four are as many as fill the multipliers of the oldest machine.
    @inline(__always)
    func fourBlocks(at counter: SIMD4<UInt32>) -> (SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>) {
        let low = SIMD4<UInt64>(repeating: 0xffff_ffff)
        func all(_ word: UInt32) -> SIMD4<UInt64> { SIMD4(repeating: UInt64(word)) }
        var (x, y, z, w) = (all(counter.x) &+ SIMD4(0, 1, 2, 3), all(counter.y), all(counter.z), all(counter.w))
        var k = key
        for _ in 0..<10 {
            let even = (x & low) &* all(0xd251_1f53)
            let odd = (z & low) &* all(0xcd9e_8d57)
            (x, y) = (odd &>> 32 ^ y ^ all(k.x), odd & low)
            (z, w) = (even &>> 32 ^ w ^ all(k.y), even & low)
            k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
        }
        func block(_ lane: Int) -> SIMD4<UInt32> {
            SIMD4(
                UInt32(truncatingIfNeeded: x[lane]),
                UInt32(truncatingIfNeeded: y[lane]),
                UInt32(truncatingIfNeeded: z[lane]),
                UInt32(truncatingIfNeeded: w[lane])
            )
        }
        return (block(0), block(1), block(2), block(3))
    }
}
