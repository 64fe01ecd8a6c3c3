// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

/// Bytes written by hand, of messages whose sizes and counts no honest peer sends.
@Suite
struct SizeTests {
    private static let version: [UInt8] = [0x08, 1, 0x10, 1]

    @Test("a list of 200,000 empty attempts is refused before it is decoded")
    func manyAttempts() {
        // Field 1, length 0, in an acknowledgement: two bytes for what would become some hundred.
        let body = (0..<400_000).map { UInt8($0.isMultiple(of: 2) ? 0x0a : 0) }
        let limit = WireLimits.attempts + 64
        #expect(throws: WireError.tooLarge(kind: "acknowledge", found: 200_000, limit: limit, unit: "fields")) {
            try CoordinatorMessage(decoding: envelope(32, body))
        }
    }

    @Test("a batch of one group with 200,000 empty columns is refused before it is decoded")
    func manyColumns() {
        let group = (0..<400_000).map { UInt8($0.isMultiple(of: 2) ? 0x1a : 0) }
        let body = [0x0a] + varint(UInt64(group.count)) + group
        let limit = WireLimits.groupsPerBatch * (WireLimits.columnsPerTable + 16)
        #expect(throws: WireError.tooLarge(kind: "resultBatch", found: 200_000, limit: limit, unit: "fields")) {
            try WorkerMessage(decoding: envelope(16, body))
        }
    }

    @Test("an artifact's part larger than a megabyte is refused")
    func largeChunk() {
        let body = [0x22] + varint(2 << 20) + [UInt8](repeating: 0, count: 2 << 20)
        let limit = WireLimits.artifactChunkBytes + (16 << 10)
        #expect(throws: WireError.tooLarge(kind: "artifactChunk", found: body.count, limit: limit, unit: "bytes")) {
            try CoordinatorMessage(decoding: envelope(37, body))
        }
    }

    @Test("a heartbeat of a megabyte is refused")
    func largeHeartbeat() {
        let body: [UInt8] = [0x7a] + varint(1 << 20) + [UInt8](repeating: 0, count: 1 << 20)
        #expect(throws: WireError.tooLarge(kind: "workerHeartbeat", found: body.count, limit: 16 << 10, unit: "bytes"))
        {
            try WorkerMessage(decoding: envelope(13, body))
        }
    }

    @Test("a message larger than any kind may be is refused at once")
    func largeMessage() {
        let bytes = [UInt8](repeating: 0xff, count: WireLimits.messageBytes + 1)
        let expected = WireError.tooLarge(
            kind: "a message",
            found: bytes.count,
            limit: WireLimits.messageBytes,
            unit: "bytes"
        )
        #expect(throws: expected) { try PeerMessage(decoding: bytes) }
    }

    @Test(
        "a length that points beyond the end, up to 2^64 − 1, is refused",
        arguments: [5, 1 << 31, 1 << 63, .max] as [UInt64]
    )
    func lyingLength(length: UInt64) {
        let bytes = Self.version + [0x6a] + varint(length) + [0, 0, 0]
        #expect(throws: WireError.malformed(reason: "it ends in the middle of a field")) {
            try WorkerMessage(decoding: bytes)
        }
    }

    @Test("an empty message, one without kind and one with two kinds are refused")
    func kinds() {
        #expect(throws: WireError.malformed(reason: "its envelope is empty")) { try PeerMessage(decoding: []) }
        #expect(throws: WireError.malformed(reason: "its envelope is empty")) {
            try PeerMessage(decoding: Self.version)
        }
        #expect(throws: WireError.malformed(reason: "more than one message in its envelope")) {
            try PeerMessage(decoding: envelope(13, []) + [0x6a, 0])
        }
    }

    @Test("groups, which the protocol never uses, are refused however deep")
    func groups() {
        let deep = [UInt8](repeating: 0x0b, count: 10_000)
        #expect(throws: WireError.self) { try PeerMessage(decoding: deep) }
        #expect(throws: WireError.self) { try PeerMessage(decoding: envelope(13, deep)) }
    }

    private func envelope(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        Self.version + varint(UInt64(number << 3 | 2)) + varint(UInt64(body.count)) + body
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
