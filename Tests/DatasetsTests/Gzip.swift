// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Gzip written by hand from RFC 1952, in stored blocks, so that the reader is not checked against its own library.
enum Gzip {
    static func stored(_ content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            result += [rest.isEmpty ? 1 : 0] + word(block.count, 2) + word(~block.count, 2) + block
        } while !rest.isEmpty
        return result + word(Int(crc(content)), 4) + word(content.count, 4)
    }

    /// 65,536 zeros in 96 bytes, as Python's gzip module packs them.
    static let zeros: [UInt8] =
        [0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03]
        + [0xed, 0xc1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xfe, 0xaf, 0xee, 0x08, 0x0a]
        + [UInt8](repeating: 0, count: 63)
        + [0x6a, 0xeb, 0x8e, 0x97, 0xd7, 0x00, 0x00, 0x01, 0x00]

    private static func word(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
    }
}
