// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Vocabulary
import WireProtocol

@testable import Worker

/// The course of a fetch, with a coordinator and a network that are made up.
@Suite("ArtifactFetch")
struct ArtifactFetchTests {
    private static let chunk = WireLimits.artifactChunkBytes

    /// Bytes of which every thousand differs from the next.
    private static func content(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for block in 0...count / 1000 { bytes += [UInt8](repeating: UInt8(truncatingIfNeeded: block), count: 1000) }
        return Array(bytes.prefix(count))
    }

    private static func answer(_ request: ArtifactRequest, _ content: [UInt8]) -> ArtifactFetch.Event {
        let end = min(request.offset + request.length, content.count)
        let bytes = Array(content[request.offset..<end])
        return .chunk(
            ArtifactChunk(digest: request.digest, offset: request.offset, totalBytes: content.count, bytes: bytes)
        )
    }

    @Test(
        "the file arrives whole over a network that reorders, repeats and loses, and through restarts of both sides",
        arguments: [UInt64](1...12)
    )
    func badNetwork(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let content = Self.content(Int.random(in: 1...(6 * Self.chunk), using: &random))
        let reference = ArtifactReference(digest: Digest(of: content), bytes: content.count)
        var disk: [UInt8] = []
        var fetch = ArtifactFetch(reference, kept: 0)
        var network: [ArtifactFetch.Event] = []
        var now = Duration.zero
        var pending: [ArtifactFetch.Event] = [.joined]
        for _ in 0..<4000 {
            let event = pending.popLast() ?? network.randomElement(using: &random) ?? .silence
            now += .milliseconds(10)
            if case .silence = event { now = max(now, fetch.deadline ?? now) }
            for action in fetch.handle(event, at: now) {
                switch action {
                case .request(let request):
                    #expect(request.length <= Self.chunk && request.offset + request.length <= content.count)
                    if Int.random(in: 0..<4, using: &random) > 0 { network.append(Self.answer(request, content)) }
                case .append(let bytes): disk += bytes
                case .finish:
                    #expect(disk == content)
                    return
                case .fail(let error): throw error
                }
            }
            if !network.isEmpty, Int.random(in: 0..<2, using: &random) == 0 {
                network.remove(at: Int.random(in: network.indices, using: &random))
            }
            switch Int.random(in: 0..<60, using: &random) {
            case 0: (pending, network) = ([.joined, .parted], [])
            case 1:
                fetch = ArtifactFetch(reference, kept: disk.count)
                pending = [.joined]
            default: break
            }
        }
        Issue.record("seed \(seed): not done after 4000 events, \(disk.count) of \(content.count) bytes")
    }

    @Test("a few requests are in flight, each for a chunk at most, and none while there is no coordinator")
    func window() {
        let reference = ArtifactReference(digest: Digest(of: [1]), bytes: 100 * Self.chunk)
        var fetch = ArtifactFetch(reference, kept: 0)
        #expect(fetch.handle(.silence, at: .seconds(1000)) == [])
        #expect(fetch.deadline == nil)
        #expect(fetch.handle(.joined, at: .zero).count == ArtifactFetch.window)
        #expect(fetch.handle(.parted, at: .zero) == [])
        #expect(fetch.deadline == nil)
    }

    @Test("silence has everything asked for again, ever more patiently; progress makes it impatient")
    func silence() {
        let content = Self.content(8 * Self.chunk)
        let reference = ArtifactReference(digest: Digest(of: content), bytes: content.count)
        var fetch = ArtifactFetch(reference, kept: 0)
        let first = fetch.handle(.joined, at: .zero)
        #expect(fetch.handle(.silence, at: .seconds(14)) == [])
        #expect(fetch.handle(.silence, at: .seconds(15)) == first)
        #expect(fetch.handle(.silence, at: .seconds(44)) == [])
        #expect(fetch.handle(.silence, at: .seconds(45)) == first)
        guard case .request(let request) = first[0] else { return }
        _ = fetch.handle(Self.answer(request, content), at: .seconds(50))
        #expect(fetch.deadline == .seconds(65))
    }

    @Test("a resumed fetch asks for what is missing, and for nothing else")
    func resumed() {
        let reference = ArtifactReference(digest: Digest(of: [1]), bytes: 2 * Self.chunk)
        var fetch = ArtifactFetch(reference, kept: 2 * Self.chunk - 10)
        let request = ArtifactRequest(digest: reference.digest, offset: 2 * Self.chunk - 10, length: 10)
        #expect(fetch.handle(.joined, at: .zero) == [.request(request)])
    }

    @Test("an answer with fewer bytes than asked for is completed, one with more is cut")
    func oddLengths() {
        let digest = Digest(of: [1])
        var fetch = ArtifactFetch(ArtifactReference(digest: digest, bytes: 10), kept: 0)
        _ = fetch.handle(.joined, at: .zero)
        func chunk(_ offset: Int, _ bytes: [UInt8]) -> ArtifactFetch.Event {
            .chunk(ArtifactChunk(digest: digest, offset: offset, totalBytes: 10, bytes: bytes))
        }
        #expect(
            fetch.handle(chunk(0, [1, 2, 3]), at: .zero) == [
                .request(ArtifactRequest(digest: digest, offset: 3, length: 7)), .append([1, 2, 3]),
            ]
        )
        #expect(fetch.handle(chunk(0, [9, 9, 9]), at: .zero) == [], "a repeated chunk")
        #expect(fetch.handle(chunk(5, [9]), at: .zero) == [], "a chunk that nobody asked for")
        #expect(
            fetch.handle(chunk(3, [4, 5, 6, 7, 8, 9, 10, 11, 12]), at: .zero)
                == [.append([4, 5, 6, 7, 8, 9, 10]), .finish]
        )
    }

    @Test("a refusal, another size and an empty answer end the fetch with a reason")
    func failures() {
        let digest = Digest(of: [1])
        func outcome(_ event: ArtifactFetch.Event) -> [ArtifactFetch.Action] {
            var fetch = ArtifactFetch(ArtifactReference(digest: digest, bytes: 10), kept: 0)
            _ = fetch.handle(.joined, at: .zero)
            return fetch.handle(event, at: .zero)
        }
        func chunk(of total: Int, _ bytes: [UInt8]) -> ArtifactFetch.Event {
            .chunk(ArtifactChunk(digest: digest, offset: 0, totalBytes: total, bytes: bytes))
        }
        #expect(outcome(.refused(ArtifactRefusal(digest: digest, reason: "gone"))) == [.fail(.refused("gone"))])
        #expect(outcome(.refused(ArtifactRefusal(digest: Digest(of: [2]), reason: "gone"))) == [])
        #expect(outcome(chunk(of: 11, [1])) == [.fail(.anotherSize(found: 11, expected: 10))])
        #expect(outcome(chunk(of: 10, [])) == [.fail(.anotherSize(found: 10, expected: 10))])
        #expect(outcome(.abandoned) == [.fail(.abandoned)])
    }
}
