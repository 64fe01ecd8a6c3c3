// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZlib
import Files

/// A one-dimensional array on its way to a `.npy` file: what is appended waits in a scratch file that arrays share.
struct SpooledArray {
    private let name: String
    private let type: NumPyType
    private let scratch: ScratchFile
    /// Bytes that are not in the scratch file yet.
    private var rest: [UInt8] = []
    /// Where the array's blocks lie in the scratch file.
    private var blocks: [Int] = []
    private var crc = Self.noCRC

    init(_ name: String, _ type: NumPyType, in scratch: ScratchFile) {
        self.name = name
        self.type = type
        self.scratch = scratch
    }

    /// Appends numbers that are as wide as the array's elements.
    mutating func append<Number: FixedWidthInteger>(_ numbers: some Sequence<Number>) throws {
        rest.reserveCapacity(rest.count + MemoryLayout<Number>.size * numbers.underestimatedCount)
        for number in numbers {
            withUnsafeBytes(of: number.littleEndian) { rest.append(contentsOf: $0) }
        }
        try spool()
    }

    /// Appends a text, padded with zeros to the width of the array's elements.
    mutating func append(_ text: String) throws {
        let scalars = text.unicodeScalars.map(\.value)
        try append(scalars + repeatElement(0, count: max(0, type.size / 4 - scalars.count)))
    }

    /// Writes the array as the next file of `archive`.
    func write(into archive: inout ZipArchive, to write: ([UInt8]) throws -> Void) throws {
        let size = blocks.count * Self.blockSize + rest.count
        let header = type.header(count: size / type.size)
        let contents = Self.crc(rest, after: crc)
        let entry = ZipArchive.Entry(
            name: name + ".npy",
            size: UInt64(header.count + size),
            crc: UInt32(crc32_combine(Self.crc(header, after: Self.noCRC), contents, size))
        )
        try write(archive.begin(entry) + header)
        for block in blocks { try write(scratch.bytes(at: block, count: Self.blockSize)) }
        try write(rest)
    }

    private static let blockSize = 1 << 16
    /// The CRC of no bytes.
    private static let noCRC = crc32(0, nil, 0)

    /// Moves what fills blocks to the scratch file.
    private mutating func spool() throws {
        while rest.count >= Self.blockSize {
            let block = Array(rest.prefix(Self.blockSize))
            crc = Self.crc(block, after: crc)
            blocks.append(scratch.count)
            try scratch.append(block)
            rest.removeFirst(Self.blockSize)
        }
    }

    private static func crc(_ bytes: [UInt8], after crc: UInt) -> UInt { crc32_z(crc, bytes, bytes.count) }
}
