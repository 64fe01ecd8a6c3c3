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

    @Test("little is asked for at first, and nothing while there is no coordinator")
    func beginning() {
        let reference = ArtifactReference(digest: Digest(of: [1]), bytes: 100 * Self.chunk)
        var fetch = ArtifactFetch(reference, kept: 0)
        #expect(fetch.handle(.silence, at: .seconds(1000)) == [])
        #expect(fetch.deadline == nil)
        #expect(Self.bytes(of: fetch.handle(.joined, at: .zero)) == FetchWindow.first)
        #expect(fetch.handle(.parted, at: .zero) == [])
        #expect(fetch.deadline == nil)
    }

    /// Bytes that are asked for.
    private static func bytes(of actions: [ArtifactFetch.Action]) -> Int {
        actions.reduce(0) { sum, action in
            if case .request(let request) = action { sum + request.length } else { sum }
        }
    }

    @Test(
        "over a link of any speed and length parts wait a second at most once it is known, and the link is kept busy",
        arguments: [50e3, 600e3, 12.5e6],
        [0.001, 0.2]
    )
    func paced(bytesPerSecond: Double, roundTrip: Double) {
        let size = Int(min(60 * bytesPerSecond, 80e6))
        let reference = ArtifactReference(digest: Digest(of: [1]), bytes: size)
        var fetch = ArtifactFetch(reference, kept: 0)
        var (now, linkIsFree, done) = (0.0, 0.0, 0)
        // Requests, when they were made, when their answers are there.
        var answers: [(request: ArtifactRequest, asked: Double, there: Double)] = []
        var longest = 0.0
        func take(_ actions: [ArtifactFetch.Action]) {
            for case .request(let request) in actions {
                linkIsFree = max(linkIsFree, now + roundTrip / 2) + Double(request.length) / bytesPerSecond
                answers.append((request, now, linkIsFree + roundTrip / 2))
            }
        }
        take(fetch.handle(.joined, at: .zero))
        while !answers.isEmpty {
            let (request, asked, there) = answers.removeFirst()
            now = there
            done += request.length
            if done > size / 4 { longest = max(longest, there - asked - roundTrip) }
            let bytes = [UInt8](repeating: 0, count: request.length)
            let chunk = ArtifactChunk(digest: request.digest, offset: request.offset, totalBytes: size, bytes: bytes)
            take(fetch.handle(.chunk(chunk), at: .seconds(now)))
        }
        #expect(done == size)
        #expect(longest <= 2, "a part waited for \(longest) s")
        let least = Double(size) / bytesPerSecond
        #expect(now <= 1.15 * least + 10 * roundTrip, "\(now) s for what takes \(least) s")
    }

    @Test("after another connection is made, what had not come is asked for in small parts again")
    func anotherConnection() {
        let content = Self.content(40 * Self.chunk)
        let reference = ArtifactReference(digest: Digest(of: content), bytes: content.count)
        var fetch = ArtifactFetch(reference, kept: 0)
        var requests = fetch.handle(.joined, at: .zero)
        for _ in 0..<100 {
            guard case .request(let next) = requests.removeFirst() else { continue }
            requests += fetch.handle(Self.answer(next, content), at: .milliseconds(1))
        }
        let onTheirWay = Self.bytes(of: requests)
        #expect(onTheirWay > FetchWindow.first && onTheirWay <= FetchWindow.most)
        _ = fetch.handle(.parted, at: .seconds(1))
        #expect(Self.bytes(of: fetch.handle(.joined, at: .seconds(2))) == FetchWindow.first)
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
