// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Vocabulary

/// An IDX file of unsigned bytes: big-endian sizes, then that many bytes, the last dimension fastest.
///
/// The header is two zero bytes, the element type (0x08 for unsigned bytes), the number of dimensions, and one 32-bit
/// big-endian size for each. Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
struct IDXFile {
    /// The largest product of sizes that is read, in bytes.
    static let largestPayload = 1 << 31
    /// More dimensions than any role allows.
    private static let mostDimensions = 4

    let file: String
    let header: [UInt8]
    let sizes: [Int]
    let elements: [UInt8]

    /// SHA-256 of the decompressed file.
    var digest: Digest { Digest(ofConcatenated: [header, elements]) }

    /// Reads `bytes` to their end.
    ///
    /// Memory is bounded by what the file holds, not by what its header claims, and by `limit` decompressed bytes.
    init(_ bytes: consuming DecodedBytes, limit: Int = .max) throws(DataFileError) {
        file = bytes.file
        (header, sizes) = try Self.readHeader(&bytes)
        guard let payload = Self.payload(sizes) else { throw DataFileError(file: file, .impossibleSize(sizes)) }
        let promised = header.count + payload
        guard promised <= limit else { throw DataFileError(file: file, .tooLarge(bytes: promised, limit: limit)) }
        elements = try bytes.read(payload)
        guard elements.count == payload else {
            throw DataFileError(file: file, .truncated(found: header.count + elements.count, expected: promised))
        }
        guard try bytes.read(1).isEmpty else { throw DataFileError(file: file, .trailingBytes(expected: promised)) }
    }

    private static func readHeader(
        _ bytes: inout DecodedBytes
    ) throws(DataFileError) -> (header: [UInt8], sizes: [Int]) {
        let magic = try bytes.read(4)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0 else {
            let first = try magic + bytes.read(RecognisedFile.prefixLength)
            let problem = RecognisedFile(first).map { DataFileError.Problem.otherKind($0) }
            throw DataFileError(file: bytes.file, problem ?? .notIDX(firstBytes: magic))
        }
        guard magic[2] == 8 else { throw DataFileError(file: bytes.file, .elementType(code: magic[2])) }
        let rank = Int(magic[3])
        guard (1...mostDimensions).contains(rank) else {
            throw DataFileError(file: bytes.file, .dimensions(found: rank, expected: "1 for labels, 3 or 4 for images"))
        }
        let words = try bytes.read(4 * rank)
        guard words.count == 4 * rank else {
            throw DataFileError(file: bytes.file, .truncated(found: 4 + words.count, expected: 4 + 4 * rank))
        }
        let sizes = (0..<rank).map { words[4 * $0..<4 * $0 + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (magic + words, sizes)
    }

    /// The product of the sizes; nil when it is zero or beyond the limit.
    private static func payload(_ sizes: [Int]) -> Int? {
        var product = 1
        for size in sizes {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, next <= largestPayload else { return nil }
            product = next
        }
        return product
    }
}
