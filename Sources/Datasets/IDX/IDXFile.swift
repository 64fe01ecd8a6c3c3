// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Vocabulary

/// An IDX file: big-endian sizes, then that many elements, the last dimension fastest.
///
/// The header is two zero bytes, the element type (0x08 for unsigned bytes), the number of dimensions, and one 32-bit
/// big-endian size for each. Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
struct IDXFile {
    /// The most bytes of elements that are read.
    static let largestPayload = 1 << 31
    /// More dimensions than any role allows.
    private static let mostDimensions = 4

    /// Where it lies; before it is kept, where it came from.
    var file: String
    let header: [UInt8]
    let sizes: [Int]
    /// The elements' bytes, as the file has them.
    let elements: [UInt8]
    private let type: IDXElementType

    /// SHA-256 of the decompressed file.
    var digest: Digest { Digest(ofConcatenated: [header, elements]) }

    /// Reads `bytes` to their end.
    ///
    /// Memory is bounded by what the file holds, not by what its header claims, and by `limit` decompressed bytes.
    init(_ bytes: consuming DecodedBytes, limit: Int = .max) throws(DataFileError) {
        file = bytes.file
        (header, type, sizes) = try Self.readHeader(&bytes)
        guard let payload = Self.payload(sizes, of: type) else {
            throw DataFileError(file: file, .impossibleSize(sizes))
        }
        let promised = header.count + payload
        guard promised <= limit else { throw DataFileError(file: file, .tooLarge(bytes: promised, limit: limit)) }
        elements = try bytes.read(payload)
        guard elements.count == payload else {
            throw DataFileError(file: file, .truncated(found: header.count + elements.count, expected: promised))
        }
        guard try bytes.read(1).isEmpty else { throw DataFileError(file: file, .trailingBytes(expected: promised)) }
    }

    /// The first of every `step` elements, as bytes.
    ///
    /// - Throws: `DataFileError` when one of them is no whole number from 0 to 255.
    func bytes(step: Int = 1) throws(DataFileError) -> [UInt8] {
        if type == .unsignedByte {
            return step == 1 ? elements : stride(from: 0, to: elements.count, by: step).map { elements[$0] }
        }
        let size = type.byteCount
        let values = stride(from: 0, to: elements.count / size, by: step).map { index in
            type.value(elements[index * size..<(index + 1) * size])
        }
        guard values.allSatisfy({ (0...255).contains($0) && $0 == $0.rounded() }) else {
            let finite = values.filter(\.isFinite)
            throw DataFileError(file: file, .values(least: finite.min() ?? .nan, most: finite.max() ?? .nan))
        }
        return values.map { UInt8($0) }
    }

    private static func readHeader(
        _ bytes: inout DecodedBytes
    ) throws(DataFileError) -> (header: [UInt8], type: IDXElementType, sizes: [Int]) {
        let magic = try bytes.read(4)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0 else {
            let first = try magic + bytes.read(RecognisedFile.prefixLength)
            let problem = RecognisedFile(first).map { DataFileError.Problem.otherKind($0) }
            throw DataFileError(file: bytes.file, problem ?? .notIDX(firstBytes: magic))
        }
        guard let type = IDXElementType(rawValue: magic[2]) else {
            throw DataFileError(file: bytes.file, .elementType(code: magic[2]))
        }
        let rank = Int(magic[3])
        guard (1...mostDimensions).contains(rank) else {
            let expected = "1 or 2 for labels, 3 or 4 for images"
            throw DataFileError(file: bytes.file, .dimensions(found: rank, expected: expected))
        }
        let words = try bytes.read(4 * rank)
        guard words.count == 4 * rank else {
            throw DataFileError(file: bytes.file, .truncated(found: 4 + words.count, expected: 4 + 4 * rank))
        }
        let sizes = (0..<rank).map { words[4 * $0..<4 * $0 + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (magic + words, type, sizes)
    }

    /// The bytes of all elements; nil when they are none or beyond the limit.
    private static func payload(_ sizes: [Int], of type: IDXElementType) -> Int? {
        var product = type.byteCount
        for size in sizes {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, next <= largestPayload else { return nil }
            product = next
        }
        return product
    }
}
