// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import WireProtocol

/// A worker as the loop knows it: where to send, and what it said of itself.
struct Peer {
    let id: WorkerID
    /// The routing id of its present connection.
    var route: [UInt8]
    var hello: Hello

    /// How the store names the origin of its results.
    var origin: PartOrigin {
        PartOrigin(worker: hello.worker.description, host: hello.host, isa: hello.instructionSet)
    }

    /// How messages to people name it.
    var name: String { "\(hello.host) (pid \(hello.process))" }
}

/// Everyone who said hello and has not left, found by id, by connection and by identity.
struct Peers {
    private var byID: [WorkerID: Peer] = [:]
    private var byRoute: [[UInt8]: WorkerID] = [:]
    private var byIdentity: [WorkerIdentity: WorkerID] = [:]
    private var lastID: UInt64 = 0

    var all: Dictionary<WorkerID, Peer>.Values { byID.values }
    subscript(id: WorkerID) -> Peer? { byID[id] }
    subscript(route route: [UInt8]) -> Peer? { byRoute[route].flatMap { byID[$0] } }

    /// Notes a hello; a process that comes back over another connection keeps its id.
    mutating func welcome(_ hello: Hello, from route: [UInt8]) -> Peer {
        let id = byIdentity[hello.worker] ?? nextID()
        if let former = byID[id] { byRoute[former.route] = nil }
        let peer = Peer(id: id, route: route, hello: hello)
        byID[id] = peer
        byRoute[route] = id
        byIdentity[hello.worker] = id
        return peer
    }

    /// Forgets the connection; the identity keeps its id, should the process come back.
    mutating func remove(_ id: WorkerID) {
        if let peer = byID.removeValue(forKey: id) { byRoute[peer.route] = nil }
    }

    /// The worker that runs as process `pid` of `host`.
    func peer(process pid: UInt32, on host: String) -> Peer? {
        byID.values.first { $0.hello.process == pid && $0.hello.host == host }
    }

    private mutating func nextID() -> WorkerID {
        lastID += 1
        return WorkerID(lastID)
    }
}
