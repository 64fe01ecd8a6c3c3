// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol
import ZeroMQ

@Suite("Peers that ask and do not read", .timeLimit(.minutes(2)))
struct UnreadAnswersTests {
    private static let requests = 400

    @Test("four connections that ask for parts of a file and read none leave the coordinator's memory as it was")
    func parts() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        let scout = try HostilePeer(endpoint)
        try scout.sayHello()
        let digest = try await scout.assignments()[0].spec.model.digest
        try await scout.settle()
        let before = coordinator.memory
        let most = try Self.mostMemory(of: coordinator, while: endpoint, asking: digest)
        #expect(most - before < 64 << 20, "\(before >> 20) MB before, \(most >> 20) MB at most")
        try await scout.settle()
        #expect(coordinator.isRunning)
    }

    @Test("who shows that it has read gets more, and who does not waits", arguments: [true, false])
    func reader(showsReading: Bool) async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let peer = try HostilePeer(await coordinator.endpoint(), showsReading: showsReading)
        try peer.sayHello()
        let digest = try await peer.assignments()[0].spec.model.digest
        func parts() -> Int { peer.messages.count { if case .artifactChunk = $0 { true } else { false } } }
        for asked in 1...20 {
            peer.say(.artifactRequest(ArtifactRequest(digest: digest, offset: 0)))
            try await peer.settle()
            if showsReading {
                _ = try await peer.first { _ in parts() >= asked ? true : nil }
            }
        }
        #expect(showsReading ? parts() == 20 : (1...8).contains(parts()))
    }

    /// The most memory that the coordinator has while four connections ask for parts; not in the background, because a
    /// socket belongs to the thread that made it.
    private static func mostMemory(
        of coordinator: RunningProcess,
        while endpoint: String,
        asking digest: Digest
    ) throws -> Int {
        let context = try Context()
        var options = SocketOptions()
        options.receiveLimit = 1
        options.linger = .zero
        var most = 0
        func ask(_ number: Int) throws {
            guard number > 0 else {
                for _ in 0..<60 {
                    most = max(most, coordinator.memory)
                    usleep(50_000)
                }
                return
            }
            let socket = try Socket(.dealer, context: context, options: options)
            try socket.connect(endpoint)
            _ = try socket.send(Message(WorkerMessage.hello(HostilePeer.hello()).encoded()))
            let request = WorkerMessage.artifactRequest(ArtifactRequest(digest: digest, offset: 0)).encoded()
            for _ in 0..<requests { _ = try socket.send(Message(request)) }
            try ask(number - 1)
        }
        try ask(4)
        return most
    }
}
