// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    @Test(
        "a payload of any size goes to the router and back unchanged",
        arguments: [0, 1, 29, 30, 33, 34, 255, 256, 65_536, 1 << 20]
    )
    func roundTrip(size: Int) throws {
        var loopback = try Loopback()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        let sent = try loopback.dealer.send(Message(payload))
        #expect(sent == .sent)
        let request = try #require(try loopback.router.next())
        #expect(request.frames.count == 2)
        #expect(request.frames.last == payload)
        let answered = try loopback.router.send(request)
        #expect(answered == .sent)
        let answer = try loopback.dealer.next()
        #expect(answer == Message(payload))
    }

    @Test("messages of one dealer arrive in order and with all their frames")
    func order() throws {
        var loopback = try Loopback()
        for number in UInt8(0)..<200 {
            _ = try loopback.dealer.send(Message(frames: [[number], [], [number, number]]))
        }
        for number in UInt8(0)..<200 {
            let message = try #require(try loopback.router.next())
            #expect(message.frames.dropFirst() == [[number], [], [number, number]])
        }
        let rest = try loopback.router.receive()
        #expect(rest == nil)
    }

    @Test("a port that the system chooses is told", arguments: ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0"])
    func chosenPort(endpoint: String) throws {
        let socket = try Socket(.router, context: Context())
        let bound = try socket.bind(endpoint)
        let port = try #require(bound.split(separator: ":").last.flatMap { Int($0) })
        #expect(bound == "tcp://127.0.0.1:\(port)")
        #expect(port > 0)
    }

    @Test("a port in use is refused with its endpoint and what to do")
    func portInUse() throws {
        let loopback = try Loopback()
        let second = try Socket(.router, context: loopback.context)
        let endpoint = loopback.endpoint
        let error = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(error?.name == "EADDRINUSE")
        let text = error?.description ?? ""
        #expect(text.contains(endpoint) && text.contains("--listen") && !text.contains("\n"))
    }

    @Test(
        "what is no endpoint is refused",
        arguments: ["", "nonsense", "tcp://", "tcp://127.0.0.1:99999", "carrier://pigeon"]
    )
    func badEndpoint(endpoint: String) throws {
        let socket = try Socket(.router, context: Context())
        let error = #expect(throws: ZeroMQError.self) { try socket.bind(endpoint) }
        #expect(error?.operation == .bind(endpoint))
        #expect(error?.description.contains("tcp://") == true)
    }

    @Test("a message to a peer that nobody knows is reported")
    func unreachable() throws {
        let loopback = try Loopback()
        let sent = try loopback.router.send(Message(to: [1, 2, 3], [4]))
        #expect(sent == .unreachable)
    }

    @Test("a message with too many frames is counted and dropped, and the next one arrives")
    func tooManyFrames() throws {
        var options = SocketOptions()
        options.maximumFrames = 3
        var loopback = try Loopback(router: options)
        _ = try loopback.dealer.send(Message(frames: Array(repeating: [1], count: 100)))
        _ = try loopback.dealer.send(Message(frames: [[2], [3]]))
        let message = try loopback.router.next()
        #expect(message?.frames.dropFirst() == [[2], [3]])
        let refused = loopback.router.refusedMessages
        #expect(refused == 1)
    }

    @Test("a peer that sends a frame above the limit is disconnected before the frame arrives")
    func tooLargeFrame() throws {
        var options = SocketOptions()
        options.maximumFrameBytes = 1000
        var loopback = try Loopback(router: options)
        _ = try loopback.dealer.send(Message([UInt8](repeating: 0, count: 1001)))
        let message = try loopback.router.next(within: shortly)
        #expect(message == nil)
        var other = try Socket(.dealer, context: loopback.context)
        try other.connect(loopback.endpoint)
        _ = try other.send(Message([UInt8](repeating: 0, count: 1000)))
        let allowed = try loopback.router.next()
        #expect(allowed?.frames.last?.count == 1000)
        let none = try other.receive()
        #expect(none == nil)
    }

    @Test("a dealer's full queue is reported, and messages are accepted again once a peer has room")
    func full() throws {
        let context = try Context()
        var options = SocketOptions()
        options.sendLimit = 5
        options.linger = .zero
        let dealer = try Socket(.dealer, context: context, options: options)
        try dealer.connect("inproc://later")
        var accepted = 0
        while try dealer.send(Message([1])) == .sent { accepted += 1 }
        #expect(accepted >= 5 && accepted < 100_000)
        var router = try Socket(.router, context: context)
        try router.bind("inproc://later")
        for _ in 0..<accepted { _ = try #require(try router.next()) }
        let ready = try dealer.poll(writable: true, timeout: .seconds(10))
        #expect(ready.writable)
        let sent = try dealer.send(Message([2]))
        #expect(sent == .sent)
    }

    @Test("without a connection a dealer that wants one accepts nothing")
    func onlyConnected() throws {
        var options = SocketOptions()
        options.onlyConnected = true
        let dealer = try Socket(.dealer, context: Context(), options: options)
        try dealer.connect("tcp://127.0.0.1:1")
        let sent = try dealer.send(Message([1]))
        #expect(sent == .full)
        let ready = try dealer.poll(writable: true, timeout: .milliseconds(20))
        #expect(!ready.writable)
    }

    @Test("a router knows a dealer by its routing id, and a newcomer with the same id takes its place")
    func handover() throws {
        var options = SocketOptions()
        options.routingID = Array("worker-7".utf8)
        var loopback = try Loopback(dealer: options)
        _ = try loopback.dealer.send(Message([1]))
        let first = try loopback.router.next()
        #expect(first == Message(to: Array("worker-7".utf8), [1]))

        var second = try Socket(.dealer, context: loopback.context, options: options)
        try second.connect(loopback.endpoint)
        _ = try second.send(Message([2]))
        let next = try loopback.router.next()
        #expect(next == Message(to: Array("worker-7".utf8), [2]))
        _ = try loopback.router.send(Message(to: Array("worker-7".utf8), [3]))
        let answer = try second.next()
        #expect(answer == Message([3]))
    }

    @Test("a routing id that begins with zero is refused by name")
    func badRoutingID() throws {
        var options = SocketOptions()
        options.routingID = [0, 1]
        let chosen = options
        let error = #expect(throws: ZeroMQError.self) {
            _ = try Socket(.dealer, context: Context(), options: chosen)
        }
        #expect(error?.operation == .option("routing id"))
    }

    @Test("a dealer comes back to a router that was restarted")
    func reconnection() throws {
        let context = try Context()
        var options = SocketOptions()
        options.reconnection = .init(initial: .milliseconds(10), maximum: .milliseconds(50))
        let endpoint: String
        let dealer = try Socket(.dealer, context: context, options: options)
        do {
            var router = try Socket(.router, context: context)
            endpoint = try router.bind("tcp://127.0.0.1:*")
            try dealer.connect(endpoint)
            _ = try dealer.send(Message([1]))
            _ = try #require(try router.next())
        }
        var router = try Socket(.router, context: context)
        let deadline = ContinuousClock.now + .seconds(10)
        while (try? router.bind(endpoint)) == nil, .now < deadline { _ = try dealer.poll(timeout: .milliseconds(10)) }
        var message: Message?
        while message == nil, .now < deadline {
            _ = try dealer.send(Message([2]))
            message = try router.next(within: .milliseconds(50))
        }
        #expect(message?.frames.last == [2])
    }
}
