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
    let hello: Hello
    /// How the store names the origin of its results; made once, since every result carries it.
    let origin: PartOrigin

    init(id: WorkerID, route: [UInt8], hello: Hello) {
        self.id = id
        self.route = route
        self.hello = hello
        origin = PartOrigin(worker: hello.worker.description, host: hello.host, isa: hello.instructionSet)
    }

    /// How messages to people name it.
    var name: String { "\(hello.host) (pid \(hello.process))" }
}

/// Everyone who said hello and has not left, found by id, by connection and by identity.
struct Peers {
    private var byID: [WorkerID: Peer] = [:]
    private var byRoute: [[UInt8]: WorkerID] = [:]
    private var byIdentity: [WorkerIdentity: WorkerID] = [:]
    /// Identities of everyone who was ever here.
    private var identities: [WorkerID: WorkerIdentity] = [:]
    /// How worker processes of this machine ended, for the record of what they held.
    private var exits: [WorkerID: LocalWorkers.Exit] = [:]
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
        identities[id] = hello.worker
        return peer
    }

    /// Forgets the connection; the identity keeps its id, should the process come back.
    mutating func remove(_ id: WorkerID) {
        if let peer = byID.removeValue(forKey: id) { byRoute[peer.route] = nil }
    }

    /// What a worker calls itself, also one that left.
    func name(of id: WorkerID) -> String { identities[id].map { "\($0)" } ?? "\(id)" }

    /// How the process of a worker ended; nil unless this coordinator started it and saw it end.
    func exit(of id: WorkerID) -> LocalWorkers.Exit? { exits[id] }

    /// The id of the process called `worker`, whether or not it is here.
    func id(of worker: String) -> WorkerID? {
        byIdentity.first { $0.key.description == worker }?.value
    }

    /// The workers whose identity begins with `text`, whose host it is, or who are `host:process`.
    func matching(_ text: String) -> [Peer] {
        byID.values.filter { peer in
            let hello = peer.hello
            return hello.host == text || "\(hello.host):\(hello.process)" == text
                || text.count >= 4 && hello.worker.description.hasPrefix(text.lowercased())
        }.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Notes how process `pid` of `host` has ended; nil when no worker that is here runs in it.
    mutating func noteExit(_ exit: LocalWorkers.Exit, of pid: UInt32, on host: String) -> Peer? {
        let peer = byID.values.first { $0.hello.process == pid && $0.hello.host == host }
        if let peer { exits[peer.id] = exit }
        return peer
    }

    private mutating func nextID() -> WorkerID {
        lastID += 1
        return WorkerID(lastID)
    }
}
