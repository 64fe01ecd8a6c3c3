// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

@Suite("Requests for parts of files that wait")
struct PartRequestsTests {
    private static func peer(_ number: UInt8) -> Peer {
        var random = SystemRandomNumberGenerator()
        var peers = Peers()
        let hello = Hello(
            software: "test",
            numericsVersion: 1,
            numericsFingerprint: "f",
            worker: WorkerIdentity(using: &random),
            host: "h",
            process: 1,
            threads: 1,
            instructionSet: "avx2"
        )
        return peers.welcome(hello, from: [number], of: Sender(key: nil, address: ""))
    }

    private static func request(_ offset: Int) -> ArtifactRequest {
        ArtifactRequest(digest: Digest(of: [1]), offset: offset)
    }

    @Test("they are served in order, and one without room holds up those of its own connection alone")
    func order() {
        let (a, b) = (Self.peer(1), Self.peer(2))
        var line = PartRequests()
        for (offset, peer) in [a, a, b, a, b].enumerated() { line.add(Self.request(offset), from: peer) }
        var asked: [Int] = []
        let first = line.take(isHere: { _ in true }) { request, peer -> Int? in
            asked.append(request.offset)
            return peer.route == a.route && request.offset > 0 ? nil : request.offset
        }
        #expect(first == [0, 2, 4])
        #expect(asked == [0, 1, 2, 4])
        #expect(line.take(isHere: { _ in true }, { request, _ in request.offset }) == [1, 3])
        #expect(line.count == 0)
    }

    @Test("of one connection no more than so many wait, and none of a connection that is gone")
    func limits() {
        let (a, b) = (Self.peer(1), Self.peer(2))
        var line = PartRequests()
        for offset in 0..<1000 { line.add(Self.request(offset), from: a) }
        line.add(Self.request(0), from: b)
        #expect(line.count == PartRequests.mostOfConnection + 1)
        #expect(line.take(isHere: { $0.route == b.route }, { request, _ in request.offset }) == [0])
        #expect(line.count == 0)
    }
}
