// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

/// Words and Float32 columns as the little-endian bytes that the store keeps.
enum LittleEndian {
    static func data(_ words: some Sequence<UInt32>) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * words.underestimatedCount)
        for word in words { append(word, to: &bytes) }
        return Data(bytes)
    }

    /// The values at `positions` of each of `columns`, column after column.
    static func data(_ columns: [ResultTable.Column], positions: Range<Int>) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * columns.count * positions.count)
        for column in columns {
            for value in column.values[positions] { append(value.bitPattern, to: &bytes) }
        }
        return Data(bytes)
    }

    /// The word at byte `offset`.
    @inline(__always)
    static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
            | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
    }

    /// All words of `bytes`; an incomplete last one is left out.
    static func words(_ bytes: [UInt8]) -> [UInt32] {
        (0..<bytes.count / 4).map { word(bytes, at: 4 * $0) }
    }

    private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
