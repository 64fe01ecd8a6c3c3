// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

/// Who is here, and by which names they are found.
@Suite("Peers")
struct PeersTests {
    private static func hello(_ host: String, _ process: UInt32, _ worker: WorkerIdentity = identity()) -> Hello {
        Hello(
            software: "test",
            numericsVersion: 1,
            numericsFingerprint: "f",
            worker: worker,
            host: host,
            process: process,
            threads: 1,
            instructionSet: "avx2"
        )
    }

    private static func identity() -> WorkerIdentity {
        var random = SystemRandomNumberGenerator()
        return WorkerIdentity(using: &random)
    }

    @Test("nobody comes back under another key's identity, and only its own key and address speak over a connection")
    func foreignIdentity() {
        var peers = Peers()
        let worker = Self.identity()
        let (anna, eve) = (Sender(key: "anna", address: "10.0.0.1"), Sender(key: "eve", address: "10.0.0.2"))
        let first = peers.welcome(Self.hello("a", 1, worker), from: [1], of: anna)
        let second = peers.welcome(Self.hello("a", 1, worker), from: [2], of: eve)
        #expect(second.id != first.id)
        #expect(peers.peer(at: [1], as: anna)?.id == first.id && peers.peer(at: [1], as: eve) == nil)
        #expect(peers.peer(at: [1], as: Sender(key: "anna", address: "10.0.0.2")) == nil)
        #expect(peers.id(of: worker.description) == nil, "two claim the name")
    }

    @Test("a process that comes back over another connection keeps its id, and the former connection is nobody's")
    func comesBack() {
        var peers = Peers()
        let worker = Self.identity()
        let first = peers.welcome(Self.hello("a", 1, worker), from: [1])
        let other = peers.welcome(Self.hello("a", 2), from: [2])
        let second = peers.welcome(Self.hello("a", 1, worker), from: [3])
        #expect(second.id == first.id && other.id != first.id)
        #expect(peers[route: [1]] == nil)
        #expect(peers[route: [3]]?.id == first.id)
        #expect(peers.all.count == 2)
    }

    @Test("one that left is found by its name alone")
    func left() {
        var peers = Peers()
        let worker = Self.identity()
        let id = peers.welcome(Self.hello("a", 1, worker), from: [1]).id
        peers.remove(id)
        #expect(peers[id] == nil && peers[route: [1]] == nil && peers.all.isEmpty)
        #expect(peers.name(of: id) == worker.description)
        #expect(peers.id(of: worker.description) == id)
        #expect(peers.welcome(Self.hello("a", 1, worker), from: [2]).id == id)
    }

    @Test("workers are matched by host, by host and process, and by the beginning of their identity")
    func matching() {
        var peers = Peers()
        let worker = Self.identity()
        let first = peers.welcome(Self.hello("node", 1, worker), from: [1]).id
        let second = peers.welcome(Self.hello("node", 2), from: [2]).id
        #expect(peers.matching("node").map(\.id) == [first, second])
        #expect(peers.matching("node:2").map(\.id) == [second])
        #expect(peers.matching(String(worker.description.prefix(8)).uppercased()).map(\.id) == [first])
        #expect(peers.matching(String(worker.description.prefix(3))).isEmpty)
        #expect(peers.matching("nod").isEmpty)
    }

    @Test("the end of a process is kept for its own worker, here or gone")
    func exits() {
        var peers = Peers()
        let here = peers.welcome(Self.hello("here", 5), from: [1]).id
        let elsewhere = peers.welcome(Self.hello("there", 5), from: [2]).id
        let exit = LocalWorkers.Exit(explanation: "it was ended by signal 9 (Killed)", log: [])
        #expect(peers.noteExit(exit, of: 6, on: "here") == nil)
        #expect(peers.noteExit(exit, of: 5, on: "here")?.id == here)
        peers.remove(here)
        #expect(peers.exit(of: here) == exit)
        #expect(peers.exit(of: elsewhere) == nil)
    }
}

extension Peers {
    /// Notes a hello that came over a plain connection of this machine.
    fileprivate mutating func welcome(_ hello: Hello, from route: [UInt8]) -> Peer {
        welcome(hello, from: route, of: Sender(key: nil, address: "127.0.0.1"))
    }
}
