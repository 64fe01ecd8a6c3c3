// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireProtocol

@Suite
struct HostileBytesTests {
    @Test("every truncation of a message is refused", arguments: UInt64(1)...3)
    func truncations(seed: UInt64) {
        var messages = RandomMessages(seed: seed)
        for bytes in messages.encoded() {
            // The body's length is written before the body, so every cut is noticed.
            let read = bytes.indices.filter { length in (try? decode(Array(bytes[..<length]))) != nil }
            #expect(read.isEmpty, "seed \(seed): \(bytes) cut to any of \(read) bytes")
        }
    }

    @Test("mutated messages are read or refused, never a trap", arguments: UInt64(1)...8)
    func mutations(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var messages = RandomMessages(seed: seed)
        var (tried, refused) = (0, 0)
        for _ in 0..<100 {
            for bytes in messages.encoded() {
                tried += 1
                do {
                    try decode(mutate(bytes, using: &generator))
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > tried / 10, "seed \(seed): at least a tenth of the mutations is noticed")
    }

    @Test("random bytes are refused", arguments: UInt64(1)...4)
    func noise(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            #expect(throws: WireError.self, "seed \(seed), \(bytes)") { try decode(bytes) }
        }
    }

    /// Reads `bytes` as every side would.
    private func decode(_ bytes: [UInt8]) throws(WireError) {
        var error: WireError
        do {
            _ = try PeerMessage(decoding: bytes)
            return
        } catch let refusal {
            error = refusal
        }
        do {
            _ = try CoordinatorMessage(decoding: bytes)
            return
        } catch let refusal {
            if case .unexpectedKind = error { error = refusal }
        }
        throw error
    }

    private func mutate(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
            let position = Int.random(in: 0..<max(1, bytes.count), using: &generator)
            let telling: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, .random(in: .min ... .max, using: &generator)]
            let byte = telling[Int.random(in: telling.indices, using: &generator)]
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(byte, at: min(position, bytes.count))
            case 1 where !bytes.isEmpty: bytes.remove(at: position)
            case 2: bytes += bytes.suffix(position).prefix(64)
            case 3 where !bytes.isEmpty: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            default: if !bytes.isEmpty { bytes[position] = byte }
            }
        }
        return bytes
    }
}
