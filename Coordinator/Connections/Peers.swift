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
    /// Who it really is, as far as the socket can tell.
    let sender: Sender
    /// How the store names the origin of its results; made once, since every result carries it.
    let origin: PartOrigin

    init(id: WorkerID, route: [UInt8], hello: Hello, sender: Sender) {
        self.id = id
        self.route = route
        self.hello = hello
        self.sender = sender
        origin = PartOrigin(worker: hello.worker.description, host: hello.host, isa: hello.instructionSet)
    }

    /// How messages to people name it.
    var name: String { "\(hello.host) (pid \(hello.process))" }
}

/// Everyone who said hello and has not left, found by id, by connection and by identity.
struct Peers {
    /// An identity is whatever a peer says it is: only whoever has the same key can come back under it.
    private struct Claim: Hashable {
        let identity: WorkerIdentity
        let key: String?
    }

    private var byID: [WorkerID: Peer] = [:]
    private var byRoute: [[UInt8]: WorkerID] = [:]
    private var byClaim: [Claim: WorkerID] = [:]
    /// Identities of everyone who was ever here.
    private var identities: [WorkerID: WorkerIdentity] = [:]
    /// How worker processes of this machine ended, for the record of what they held.
    private var exits: [WorkerID: LocalWorkers.Exit] = [:]
    private var lastID: UInt64 = 0

    var all: Dictionary<WorkerID, Peer>.Values { byID.values }
    subscript(id: WorkerID) -> Peer? { byID[id] }
    subscript(route route: [UInt8]) -> Peer? { byRoute[route].flatMap { byID[$0] } }

    /// Whether the process was here before.
    func knows(_ hello: Hello, of sender: Sender) -> Bool {
        byClaim[Claim(identity: hello.worker, key: sender.key)] != nil
    }

    /// Whether the process is here, over whichever connection.
    func isHere(_ hello: Hello, of sender: Sender) -> Bool {
        byClaim[Claim(identity: hello.worker, key: sender.key)].map { byID[$0] != nil } ?? false
    }

    /// Notes a hello; a process that comes back over another connection keeps its id.
    mutating func welcome(_ hello: Hello, from route: [UInt8], of sender: Sender) -> Peer {
        let claim = Claim(identity: hello.worker, key: sender.key)
        let id = byClaim[claim] ?? nextID()
        if let former = byID[id] { byRoute[former.route] = nil }
        let peer = Peer(id: id, route: route, hello: hello, sender: sender)
        byID[id] = peer
        byRoute[route] = id
        byClaim[claim] = id
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

    /// The id of the process called `worker`, whether or not it is here; nil when several keys claim the name.
    func id(of worker: String) -> WorkerID? {
        let found = byClaim.filter { $0.key.identity.description == worker }
        return found.count == 1 ? found.first?.value : nil
    }

    /// The peer at the other end of a connection; nil when somebody else's key or address speaks over it.
    func peer(at route: [UInt8], as sender: Sender) -> Peer? {
        self[route: route].flatMap { $0.sender == sender ? $0 : nil }
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
