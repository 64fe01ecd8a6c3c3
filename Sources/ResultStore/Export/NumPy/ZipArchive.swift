// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A zip archive of files as they are, uncompressed and without times (APPNOTE.TXT 6.3, method 0).
///
/// Of each file size and CRC are known before its bytes: nothing is written twice, so an archive can go into a pipe.
/// Fields of 64 bits are used where one of 32 would not do, and only there.
struct ZipArchive {
    /// A file of the archive.
    struct Entry {
        let name: String
        let size: UInt64
        let crc: UInt32
    }

    private var entries: [(entry: Entry, offset: UInt64)] = []
    /// Number of bytes of the archive up to here.
    private var count: UInt64 = 0

    /// What stands before the bytes of `entry`, which must follow.
    mutating func begin(_ entry: Entry) -> [UInt8] {
        var bytes = LittleEndianBytes()
        let isLarge = entry.size >= Self.limit
        bytes.append(0x0403_4b50 as UInt32)
        Self.appendCommon(of: entry, isLarge: isLarge, extra: isLarge ? 20 : 0, to: &bytes)
        bytes.append(entry.name)
        if isLarge {
            // Here both sizes must be given, whichever of them needs it.
            bytes.append(Self.largeTag)
            bytes.append(16 as UInt16)
            bytes.append(entry.size)
            bytes.append(entry.size)
        }
        entries.append((entry, count))
        count += UInt64(bytes.bytes.count) + entry.size
        return bytes.bytes
    }

    /// What stands behind the last file.
    func end() -> [UInt8] {
        var bytes = LittleEndianBytes()
        for (entry, offset) in entries { Self.appendDirectoryEntry(entry, offset, to: &bytes) }
        let size = UInt64(bytes.bytes.count)
        if count >= Self.limit || size >= Self.limit || entries.count >= 0xffff { appendLargeEnd(size, to: &bytes) }
        bytes.append(0x0605_4b50 as UInt32)
        bytes.append(0 as UInt32)  // one disk
        for _ in 0..<2 { bytes.append(UInt16(clamping: entries.count)) }
        bytes.append(UInt32(clamping: size))
        bytes.append(UInt32(clamping: count))
        bytes.append(0 as UInt16)  // no comment
        return bytes.bytes
    }

    /// From here on a field of 32 bits says that one of 64 has the number.
    private static let limit: UInt64 = 0xffff_ffff
    /// The tag of the extra field that has numbers of 64 bits.
    private static let largeTag: UInt16 = 1

    private static func appendDirectoryEntry(_ entry: Entry, _ offset: UInt64, to bytes: inout LittleEndianBytes) {
        let large = (entry.size >= limit ? [entry.size, entry.size] : []) + (offset >= limit ? [offset] : [])
        bytes.append(0x0201_4b50 as UInt32)
        bytes.append(version(isLarge: !large.isEmpty))
        appendCommon(of: entry, isLarge: !large.isEmpty, extra: large.isEmpty ? 0 : 4 + 8 * large.count, to: &bytes)
        for _ in 0..<3 { bytes.append(0 as UInt16) }  // no comment; on disk 0; not known to be text
        bytes.append(0 as UInt32)  // no attributes
        bytes.append(UInt32(clamping: offset))
        bytes.append(entry.name)
        guard !large.isEmpty else { return }
        bytes.append(largeTag)
        bytes.append(UInt16(8 * large.count))
        for number in large { bytes.append(number) }
    }

    /// Appends what an entry of the directory and the header before the file's bytes have in common.
    private static func appendCommon(of entry: Entry, isLarge: Bool, extra: Int, to bytes: inout LittleEndianBytes) {
        bytes.append(version(isLarge: isLarge))
        bytes.append(0x0800 as UInt16)  // the name is UTF-8
        bytes.append(0 as UInt16)  // as it is
        bytes.append(0 as UInt16)  // midnight
        bytes.append(0x0021 as UInt16)  // of 1 January 1980, where such times begin
        bytes.append(entry.crc)
        for _ in 0..<2 { bytes.append(UInt32(clamping: entry.size)) }
        bytes.append(UInt16(entry.name.utf8.count))
        bytes.append(UInt16(extra))
    }

    /// The version of the format that a reader must know: 4.5 for numbers of 64 bits, else 2.0.
    private static func version(isLarge: Bool) -> UInt16 { isLarge ? 45 : 20 }

    private func appendLargeEnd(_ size: UInt64, to bytes: inout LittleEndianBytes) {
        bytes.append(0x0606_4b50 as UInt32)
        bytes.append(44 as UInt64)  // bytes that follow
        for _ in 0..<2 { bytes.append(Self.version(isLarge: true)) }
        for _ in 0..<2 { bytes.append(0 as UInt32) }  // one disk
        for _ in 0..<2 { bytes.append(UInt64(entries.count)) }
        bytes.append(size)
        bytes.append(count)
        // Where that is: behind the directory.
        bytes.append(0x0706_4b50 as UInt32)
        bytes.append(0 as UInt32)
        bytes.append(count + size)
        bytes.append(1 as UInt32)
    }
}

/// Bytes of a header, number after number.
private struct LittleEndianBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func append(_ text: String) { bytes += text.utf8 }
}
