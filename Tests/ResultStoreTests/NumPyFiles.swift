// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A reader of zip archives of uncompressed files that knows nothing of what writes them (APPNOTE.TXT 6.3).
struct ZipFiles {
    struct File: Equatable {
        var name: String
        var size: UInt64
        var crc: UInt32
        /// Where the file's own header begins.
        var offset: UInt64
    }

    let files: [File]
    private let bytes: [UInt8]

    /// Reads the directory of an archive whose `bytes` are its last ones, `skipped` bytes being left out before them.
    init(_ bytes: [UInt8], skipped: UInt64 = 0) throws {
        self.bytes = bytes
        let end = bytes.count - 22
        #expect(Self.number(bytes, end, 4) == 0x0605_4b50)
        var (count, start) = (Self.number(bytes, end + 10, 2), Self.number(bytes, end + 16, 4))
        if count == 0xffff || start == 0xffff_ffff {
            let locator = end - 20
            #expect(Self.number(bytes, locator, 4) == 0x0706_4b50)
            let large = Int(Self.number(bytes, locator + 8, 8) - skipped)
            #expect(Self.number(bytes, large, 4) == 0x0606_4b50)
            (count, start) = (Self.number(bytes, large + 32, 8), Self.number(bytes, large + 48, 8))
        }
        var place = Int(start - skipped)
        var files: [File] = []
        for _ in 0..<count {
            #expect(Self.number(bytes, place, 4) == 0x0201_4b50)
            #expect(Self.number(bytes, place + 10, 2) == 0, "it is not compressed")
            let name = Int(Self.number(bytes, place + 28, 2))
            let extra = Int(Self.number(bytes, place + 30, 2))
            var file = File(
                name: String(decoding: bytes[place + 46..<place + 46 + name], as: UTF8.self),
                size: Self.number(bytes, place + 24, 4),
                crc: UInt32(Self.number(bytes, place + 16, 4)),
                offset: Self.number(bytes, place + 42, 4)
            )
            var large = place + 46 + name + 4
            if extra > 0 { #expect(Self.number(bytes, large - 4, 2) == 1) }
            if file.size == 0xffff_ffff {
                file.size = Self.number(bytes, large, 8)
                large += 16
            }
            if file.offset == 0xffff_ffff { file.offset = Self.number(bytes, large, 8) }
            files.append(file)
            place += 46 + name + extra
        }
        self.files = files
    }

    /// The bytes of a file of a whole archive, whose CRC must be right.
    func contents(of file: File) -> [UInt8] {
        let header = Int(file.offset)
        #expect(Self.number(bytes, header, 4) == 0x0403_4b50)
        #expect(Self.number(bytes, header + 14, 4) == UInt64(file.crc))
        let start = header + 30 + Int(Self.number(bytes, header + 26, 2)) + Int(Self.number(bytes, header + 28, 2))
        let contents = Array(bytes[start..<start + Int(file.size)])
        #expect(Self.crc(contents) == file.crc)
        return contents
    }

    static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> UInt64 {
        bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// CRC-32 as ISO 3309 defines it, bit by bit.
    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }
}

/// One array of a `.npz` file, read by what NumPy's format says and nothing else.
struct NumPyArray {
    let type: String
    let count: Int
    private let elements: [UInt8]

    init(_ bytes: [UInt8]) throws {
        #expect(Array(bytes[..<8]) == [0x93] + Array("NUMPY".utf8) + [1, 0])
        let start = 10 + Int(ZipFiles.number(bytes, 8, 2))
        #expect(start.isMultiple(of: 64))
        let header = String(decoding: bytes[10..<start], as: UTF8.self)
        #expect(header.hasSuffix("\n"))
        let pattern = /\{'descr': '(.+)', 'fortran_order': False, 'shape': \((\d+),\), \} *\n/
        let match = try #require(header.wholeMatch(of: pattern))
        type = String(match.1)
        count = try #require(Int(match.2))
        elements = Array(bytes[start...])
    }

    /// Whole numbers.
    var numbers: [UInt64] {
        let size = Int(type.dropFirst(2)) ?? 0
        #expect(type.dropFirst().first == "u" && elements.count == count * size)
        return (0..<count).map { ZipFiles.number(elements, $0 * size, size) }
    }

    /// Bit patterns of Float32.
    var floats: [UInt32] {
        #expect(type == "<f4" && elements.count == 4 * count)
        return (0..<count).map { UInt32(ZipFiles.number(elements, 4 * $0, 4)) }
    }

    /// Bit patterns of Float64.
    var doubles: [UInt64] {
        #expect(type == "<f8" && elements.count == 8 * count)
        return (0..<count).map { ZipFiles.number(elements, 8 * $0, 8) }
    }

    var texts: [String] {
        let length = Int(type.dropFirst(2)) ?? 0
        #expect(type.hasPrefix("<U") && elements.count == 4 * length * count)
        return (0..<count).map { text in
            let scalars = (0..<length).map { UInt32(ZipFiles.number(elements, 4 * (text * length + $0), 4)) }
            return String(String.UnicodeScalarView(scalars.prefix { $0 != 0 }.compactMap(Unicode.Scalar.init)))
        }
    }
}
