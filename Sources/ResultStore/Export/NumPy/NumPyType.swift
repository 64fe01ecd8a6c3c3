// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The type of an array's elements, all of them little-endian.
enum NumPyType: Hashable {
    /// Whole numbers from 0 with so many bytes.
    case unsigned(bytes: Int)
    case float32
    case float64
    /// Texts of so many Unicode scalars, shorter ones padded with zeros.
    case text(length: Int)

    /// Texts as long as the longest of them; NumPy knows none of length 0.
    static func text(longest length: Int) -> NumPyType { .text(length: max(1, length)) }

    /// Bytes of an element.
    var size: Int {
        switch self {
        case .unsigned(let bytes): bytes
        case .float32: 4
        case .float64: 8
        case .text(let length): 4 * length
        }
    }

    /// What NumPy calls it.
    private var name: String {
        switch self {
        case .unsigned(1): "|u1"
        case .unsigned(let bytes): "<u\(bytes)"
        case .float32: "<f4"
        case .float64: "<f8"
        case .text(let length): "<U\(length)"
        }
    }

    /// The header of a `.npy` file, version 1.0, of a one-dimensional array of `count` elements.
    ///
    /// Source: NumPy Enhancement Proposal 1; padded so that the elements begin at a multiple of 64 bytes.
    func header(count: Int) -> [UInt8] {
        let text = "{'descr': '\(name)', 'fortran_order': False, 'shape': (\(count),), }"
        let (before, newline) = (10, 1)
        let length = (before + text.utf8.count + newline + 63) / 64 * 64 - before
        let padding = String(repeating: " ", count: length - text.utf8.count - newline)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
            + Array((text + padding + "\n").utf8)
    }
}
