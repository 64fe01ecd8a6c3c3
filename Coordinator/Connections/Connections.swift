// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Logging
import Scheduling
import WireProtocol
import ZeroMQ

/// The coordinator's socket, and everyone who speaks over it: bytes become messages here, and messages bytes.
///
/// What comes from outside is counted and dropped when it is no message of this protocol. A queue that is full, or a peer
/// that is gone, is a lost connection: silence will tell, and a worker that comes back says hello.
struct Connections: ~Copyable {
    /// What came over a connection.
    struct Received {
        /// The connection.
        var route: [UInt8]
        /// Who is at its other end.
        var sender = Sender(key: nil, address: "")
        /// Nil for what is no message of this protocol, or not this sender's to say; it is answered or dropped already.
        var message: PeerMessage?
    }

    /// Everyone who said hello and has not left.
    private(set) var peers = Peers()
    /// What shows whose an attempt was.
    let handOuts: HandOuts
    /// What waits for `flush`.
    var outbox = Outbox()
    /// What was sent and is not read yet.
    private(set) var unread = UnreadMessages()

    private var requests = PartRequests()
    private var gate: HelloGate
    private var socket: Socket
    private var counters = MessageCounters()
    private var rejections: RejectionCounters
    private var roles: RoleRegister
    private let notices: Notices

    init(
        _ socket: consuming Socket,
        rejections: RejectionCounters,
        roles: RoleRegister,
        handOuts: HandOuts,
        notices: Notices
    ) {
        self.socket = socket
        self.rejections = rejections
        self.roles = roles
        self.handOuts = handOuts
        self.notices = notices
        gate = HelloGate(at: notices.now)
    }

    // Receiving.

    /// Waits for a message, a report or the wakeup, at most for `timeout`.
    borrowing func wait(for wakeup: Wakeup, atMost timeout: Duration) throws -> Socket.Readiness {
        try socket.poll(wakeup: wakeup, timeout: timeout)
    }

    /// What has come next; nil when nothing has.
    mutating func receive() throws -> Received? {
        guard let message = try socket.receive() else { return nil }
        counters.received += 1
        counters.bytesReceived += message.frames.reduce(0) { $0 + $1.count }
        guard message.frames.count == 2 else {
            counters.dropped += 1
            return Received(route: [])
        }
        let (route, bytes) = (message.frames[0], message.frames[1])
        let sender = Sender(message)
        guard let read = try read(bytes, from: route) else { return Received(route: route) }
        if let refusal = Refusal(of: read, by: roles.standing(of: sender, at: notices.now)) {
            counters.forbidden += 1
            try refuse(refusal, route, from: nil)
            return Received(route: route)
        }
        return Received(route: route, sender: sender, message: read)
    }

    /// Reads a message's bytes; nil for what is none, which is answered or dropped.
    private mutating func read(_ bytes: [UInt8], from route: [UInt8]) throws -> PeerMessage? {
        do {
            let message = try PeerMessage(decoding: bytes)
            unread.note(WireReceipt.read(in: bytes), over: route, at: notices.now)
            return message
        } catch .incompatible(let theirs) {
            let error = WireError.incompatible(theirs: theirs)
            try refuse(Refusal(.protocolVersion, text: error.description), route, from: nil)
        } catch {
            counters.dropped += 1
            notices.noteLimited("dropped a message: \(error)", .warning)
        }
        return nil
    }

    /// Counts what the socket reports of its connections, at most `limit` reports.
    mutating func countReports(atMost limit: Int) throws {
        for _ in 0..<limit {
            guard let report = try socket.receiveReport() else { return }
            rejections.count(report)
        }
    }

    /// Tells the user who was turned away since the last call.
    mutating func noteRejections() {
        for line in rejections.newLines() { notices.noteLimited(line, .warning) }
    }

    // Peers.

    /// Lets a worker in when its numbers would be this coordinator's; nil when they would not, and it is told so, or when
    /// it only asks.
    mutating func welcome(
        _ hello: Hello,
        from route: [UInt8],
        of sender: Sender,
        to run: RunContext
    ) throws -> Peer? {
        guard try admit(hello, from: route, of: sender) else { return nil }
        let theirs = NumericsIdentity(version: hello.numericsVersion, fingerprint: hello.numericsFingerprint)
        guard theirs == run.numerics else {
            let text =
                "this coordinator computes with \(run.numerics), you with \(theirs): use one build of BitSweep on both"
            try refuse(Refusal(.numerics, text: text), route, from: hello)
            return nil
        }
        if run.work.plan.hasEstimates, let refusal = Refusal(estimatesTo: hello) {
            try refuse(refusal, route, from: hello)
            return nil
        }
        if !hello.onlyAsks, !peers.isHere(hello, of: sender) {
            let isKnown = peers.knows(hello, of: sender)
            if let refusal = gate.admit(of: sender.kin, isKnown: isKnown) {
                try refuse(refusal, route, from: hello)
                return nil
            }
        }
        let welcome = Welcome(
            run: run.work.run,
            epoch: run.work.epoch,
            heartbeatInterval: run.scheduling.heartbeatInterval
        )
        let peer = hello.onlyAsks ? nil : peers.welcome(hello, from: route, of: sender)
        try send(.welcome(welcome), over: route)
        return peer
    }

    /// Whether somebody is the coordinator's own user: a local worker, or anyone on this machine where there are no keys.
    mutating func isOwn(_ sender: Sender) -> Bool { roles.isOwn(sender, at: notices.now) }

    /// Whether the hello may be heard.
    private mutating func admit(_ hello: Hello, from route: [UInt8], of sender: Sender) throws -> Bool {
        switch gate.judge(hello, over: route, of: sender.kin, present: peers[route: route], at: notices.now) {
        case .admit: return true
        case .ignore: counters.ignored += 1
        case .refuse(let refusal): try refuse(refusal, route, from: hello)
        }
        return false
    }

    private mutating func refuse(_ refusal: Refusal, _ route: [UInt8], from hello: Hello?) throws {
        let peer = hello.map { "\($0.host) (pid \($0.process))" } ?? "a peer"
        notices.noteLimited("refused \(peer): \(refusal.text)", .warning)
        try send(.refuse(refusal), over: route)
    }

    /// Tells every worker whose key was revoked that it is not let in any more, and answers who they are.
    mutating func dismissRevoked() throws -> [Peer] {
        var revoked: [Peer] = []
        for peer in peers.all {
            guard case .revoked = roles.standing(of: peer.sender, at: notices.now) else { continue }
            try send(.refuse(.revoked), over: peer.route)
            revoked.append(peer)
        }
        return revoked.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Forgets the connection of a worker that is gone.
    mutating func remove(_ worker: WorkerID) {
        if let peer = peers[worker] { gate.leave(of: peer.sender.kin) }
        peers.remove(worker)
    }

    /// Notes how a process that this coordinator started has ended; nil when it never said hello, or has left.
    mutating func noteExit(_ exit: LocalWorkers.Exit, of process: UInt32, on host: String) -> Peer? {
        peers.noteExit(exit, of: process, on: host)
    }

    // Sending.

    /// Sends over a connection.
    mutating func send(_ message: CoordinatorMessage, over route: [UInt8]) throws {
        try send(message.encoded(), over: route)
    }

    /// Sends to a worker, if it is here.
    mutating func send(_ message: CoordinatorMessage, to worker: WorkerID) throws {
        if let peer = peers[worker] { try send(message, over: peer.route) }
    }

    /// Sends to every worker.
    mutating func broadcast(_ message: CoordinatorMessage) throws {
        for peer in peers.all { try send(message, over: peer.route) }
    }

    /// Sends bytes over a connection.
    mutating func send(_ bytes: [UInt8], over route: [UInt8]) throws {
        try send(bytes, over: route, of: peers[route: route]?.sender.owner(of: route) ?? "")
    }

    private mutating func send(_ bytes: [UInt8], over route: [UInt8], of owner: String) throws {
        let stamped = unread.stamp(bytes, over: route, of: owner, at: notices.now)
        switch try socket.send(Message(to: route, stamped)) {
        case .sent:
            counters.sent += 1
            counters.bytesSent += stamped.count
            return
        case .full: if stamped.count > bytes.count { unread.unsend(over: route) }
        case .unreachable: unread.forget(route)
        }
        counters.unsent += 1
    }

    // Room for large answers.

    /// Keeps room for an answer of so many bytes; nil when the connection, its owner or all have too much unread.
    mutating func reserve(_ bytes: Int, over route: [UInt8], of sender: Sender) -> AnswerRoom? {
        let room = AnswerRoom(route: route, owner: sender.owner(of: route), bytes: bytes)
        return unread.reserve(room, at: notices.now) ? room : nil
    }

    /// Gives back the room that was kept for an answer that is not made.
    mutating func release(_ room: AnswerRoom) { unread.release(room) }

    /// Whether a large answer may be sent at once.
    func hasRoom(over route: [UInt8], of sender: Sender) -> Bool {
        unread.hasRoom(over: route, of: sender.owner(of: route))
    }

    /// Sends an answer for which room was kept.
    mutating func send(_ answer: RoomyAnswer) throws {
        unread.release(answer.room)
        try send(answer.bytes, over: answer.room.route, of: answer.room.owner)
    }

    /// Puts a request for a part of a file in line.
    mutating func queue(_ request: ArtifactRequest, from peer: Peer) { requests.add(request, from: peer) }

    /// The requests for which there is room now, which is kept.
    mutating func takeRequests() -> [(request: ArtifactRequest, room: AnswerRoom)] {
        guard requests.count > 0 else { return [] }
        var line = requests
        requests = PartRequests()
        defer { requests = line }
        return line.take(isHere: { peers[$0.id]?.route == $0.route }) { request, peer in
            let bytes = max(request.length, UnreadMessages.smallest)
            return reserve(bytes, over: peer.route, of: peer.sender).map { (request, $0) }
        }
    }

    /// Lets what silent connections have not read count no more for others.
    mutating func expireUnread() { unread.expire(at: notices.now) }

    /// Sends what is in the outbox.
    mutating func flush() throws {
        while !outbox.isEmpty {
            let (peers, handOuts) = (peers, handOuts)
            let all = outbox.takeAll { attempts, worker in
                peers[worker].map { handOuts.mark(of: attempts, for: $0) } ?? []
            }
            for (worker, messages) in all {
                guard let peer = peers[worker] else { continue }
                for message in messages { try send(message, over: peer.route) }
            }
        }
    }

    // Counts.

    var messageMetrics: [Metric] {
        counters.metrics + [Metric("unread_bytes", unread.bytes), Metric("waiting_part_requests", requests.count)]
    }
    var rejectionMetrics: [Metric] { rejections.metrics }
}

/// What went over the socket, counted since the start.
private struct MessageCounters {
    var received = 0
    var bytesReceived = 0
    var sent = 0
    var bytesSent = 0
    /// Messages that were no messages of the protocol.
    var dropped = 0
    /// Messages that their senders' keys may not say.
    var forbidden = 0
    /// Hellos that came too often.
    var ignored = 0
    /// Messages that could not be sent: the worker's queue was full, or its connection gone.
    var unsent = 0

    var metrics: [Metric] {
        [
            Metric("messages_received_total", received), Metric("bytes_received_total", bytesReceived),
            Metric("messages_sent_total", sent), Metric("bytes_sent_total", bytesSent),
            Metric("messages_dropped_total", dropped), Metric("messages_unsent_total", unsent),
            Metric("messages_forbidden_total", forbidden), Metric("hellos_ignored_total", ignored),
        ]
    }
}
