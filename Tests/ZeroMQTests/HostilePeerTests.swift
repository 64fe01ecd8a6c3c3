// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// Whatever strangers do to an encrypted router, the peers it knows are served.
@Suite(.timeLimit(.minutes(1)))
struct HostilePeerTests {
    @Test("bytes that are no ZMTP end their connection and nothing else")
    func garbage() throws {
        var server = try CurveServer()
        var dealer = try server.dealer(server.newClient("a"))
        var generator = SeededBytes(seed: 7)
        for round in 0..<50 {
            let peer = try RawPeer(server.endpoint)
            switch round % 5 {
            case 0: peer.say(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            case 1: peer.say(generator.next(65_536))
            case 2: peer.say([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F] + generator.next(1000))
            case 3: peer.say(ZMTP.greeting("CURVE") + generator.next(5000))
            default: peer.say(ZMTP.greeting("NULL") + ZMTP.ready + generator.next(5000))
            }
            let served = try server.serves(&dealer)
            #expect(served)
        }
    }

    @Test("connections that begin and never go on are closed after the handshake time-out, and nobody waits for them")
    func slowLoris() throws {
        var server = try CurveServer { $0.handshakeTimeout = .milliseconds(500) }
        let beginnings: [[UInt8]] = [[], [0xFF], Array(ZMTP.greeting("CURVE").prefix(63)), ZMTP.greeting("CURVE")]
        let peers = try (0..<200).map { number in
            let peer = try RawPeer(server.endpoint)
            peer.say(beginnings[number % beginnings.count])
            return peer
        }
        var dealer = try server.dealer(server.newClient("a"))
        let served = try server.serves(&dealer, times: 20)
        #expect(served)
        #expect(peers.allSatisfy { $0.isClosed(within: 10) })
        let still = try server.serves(&dealer)
        #expect(still)
    }

    @Test("a frame that claims to be enormous is not waited for", arguments: [true, false])
    func oversized(encrypted: Bool) throws {
        var server = try CurveServer { if !encrypted { $0.security = .none } }
        var options = server.options(try server.newClient("a"))
        if !encrypted { options.security = .none }
        var dealer = try Socket(.dealer, context: server.context, options: options)
        try dealer.connect(server.endpoint)
        let opening = encrypted ? ZMTP.greeting("CURVE") : ZMTP.greeting("NULL") + ZMTP.ready
        for size in [UInt64(8 << 20) + 1, 1 << 40, .max >> 1, .max] {
            let peer = try RawPeer(server.endpoint)
            peer.say(opening + ZMTP.longFrame(command: encrypted, size: size))
            #expect(peer.isClosed(within: 10))
        }
        let served = try server.serves(&dealer)
        #expect(served)
    }

    @Test("messages of very many frames are dropped, and the next peer is served")
    func manyFrames() throws {
        var server = try CurveServer()
        let flooder = try server.dealer(server.newClient("flooder"))
        for _ in 0..<5 { _ = try flooder.send(Message(frames: Array(repeating: [1], count: 20_000))) }
        while server.router.refusedMessages < 5 {
            _ = try server.router.poll(timeout: .seconds(10))
            let message = try server.router.receive()
            #expect(message == nil)
        }
        var dealer = try server.dealer(server.newClient("a"))
        let served = try server.serves(&dealer, times: 5)
        #expect(served)
    }

    @Test("a stranger who claims a peer's routing id gets nothing of what is sent to it")
    func claimedByStranger() throws {
        var server = try CurveServer()
        var owner = try server.dealer(server.newClient("a"), routingID: "worker-7")
        let before = try server.serves(&owner)
        #expect(before)
        let thief = try server.dealer(.generate(), routingID: "worker-7")
        _ = try thief.send(Message([66]))
        _ = try #require(try server.router.nextReport())
        let after = try server.serves(&owner, times: 10)
        #expect(after)
    }

    @Test("without handover, not even an allowed peer takes the routing id of another")
    func claimedByPeer() throws {
        var server = try CurveServer { $0.routerHandover = false }
        var owner = try server.dealer(server.newClient("a"), routingID: "worker-7")
        let before = try server.serves(&owner)
        #expect(before)
        var second = try server.dealer(server.newClient("b"), routingID: "worker-7")
        _ = try second.send(Message([66]))
        let stolen = try server.router.next(within: shortly)
        #expect(stolen == nil)
        let after = try server.serves(&owner, times: 10)
        #expect(after)
        let heard = try second.receive()
        #expect(heard == nil)
    }

    @Test("a hundred strangers knocking at once do not keep a peer from being served")
    func crowd() throws {
        var server = try CurveServer()
        let elsewhere = try Context()
        var strangers: [SocketThread] = []
        for _ in 0..<100 {
            strangers.append(
                try SocketThread(
                    connectingTo: server.endpoint,
                    context: elsewhere,
                    options: server.options(.generate()),
                    tick: .milliseconds(20),
                    connection: { _ in },
                    handler: { _ in [Message([66])] }
                )
            )
        }
        var dealer = try server.dealer(server.newClient("a"))
        let served = try server.serves(&dealer, times: 50)
        #expect(served)
        #expect(server.handler.rejectionCount >= 1)
        for stranger in strangers { stranger.stop() }
    }
}

/// Bytes that look random and are the same in every run.
private struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }
}
