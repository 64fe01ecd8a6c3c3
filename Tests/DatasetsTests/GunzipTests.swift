// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Datasets

@Suite struct GunzipTests {
    private let content = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 4) }

    @Test("a stream decompresses to its content, however it is asked for", arguments: [1 << 20, 70_000, 4096])
    func wholeStream(piece: Int) throws {
        let gunzip = try Gunzip(Gzip.stored(content))
        var result: [UInt8] = []
        while case let bytes = try gunzip.read(piece), !bytes.isEmpty { result += bytes }
        #expect(result == content)
    }

    @Test("members in a row are one stream, and zero padding after them is passed over")
    func members() throws {
        let gunzip = try Gunzip(Gzip.stored([1, 2]) + Gzip.stored([]) + Gzip.stored([3]) + [0, 0, 0])
        #expect(try gunzip.read(10) == [1, 2, 3])
    }

    @Test("never more than was asked for is produced, so a bomb costs nothing")
    func bomb() throws {
        let members = 5000
        let bomb = (0..<members).flatMap { _ in Gzip.zeros }
        let gunzip = try Gunzip(bomb)
        #expect(bomb.count < 500_000)
        #expect(try gunzip.read(100_000) == [UInt8](repeating: 0, count: 100_000))
    }

    @Test("what a bomb would give is all there when it is asked for")
    func zeros() throws {
        #expect(try Gunzip(Gzip.zeros + Gzip.zeros).read(.max) == [UInt8](repeating: 0, count: 131_072))
    }

    @Test("a stream cut anywhere is refused as cut short", arguments: [2, 9, 10, 13, 15, 80_000, 150_030, 150_032])
    func truncated(length: Int) throws {
        let bytes = Array(Gzip.stored(content).prefix(length))
        let error = #expect(throws: GzipError.self) { try Gunzip(bytes).read(.max) }
        guard case .truncated(let count) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(count <= length)
    }

    @Test("bytes after the stream that are not gzip are refused with their place")
    func trailingGarbage() {
        let stream = Gzip.stored([1, 2])
        #expect(throws: GzipError.trailingGarbage(at: stream.count)) { try Gunzip(stream + [7, 7]).read(.max) }
    }

    @Test("a flipped bit in the content is refused by its checksum")
    func damaged() {
        var bytes = Gzip.stored(content)
        bytes[1000] ^= 1
        let error = #expect(throws: GzipError.self) { try Gunzip(bytes).read(.max) }
        #expect(error?.description.contains("incorrect data check") == true)
    }
}
