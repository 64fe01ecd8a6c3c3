// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct ZAPHandlerTests {
    @Test("an allowed client is heard under its key's name, another is turned away and remembered")
    func allowList() throws {
        var server = try CurveServer()
        let stranger = try CurveKeyPair.generate()
        let silent = try server.dealer(stranger)
        _ = try silent.send(Message([9]))
        var known = try server.dealer(server.newClient("gpu-1"))
        _ = try known.send(Message([1]))
        let message = try #require(try server.router.next())
        #expect(message.frames.last == [1])
        #expect(message.keyName == "gpu-1")
        let report = try server.router.nextReport()
        #expect(report == .refused(.keyNotAllowed))
        #expect(server.handler.rejectionCount == 1)
        let rejection = try #require(server.handler.lastRejections.first)
        #expect(rejection.key == stranger.publicKey)
        #expect(rejection.address.hasSuffix("127.0.0.1"))
        let served = try server.serves(&known, times: 3)
        #expect(served)
    }

    @Test("a key that is revoked holds for the next connection, and the one that stands goes on")
    func revocation() throws {
        var server = try CurveServer()
        let pair = try server.newClient("gpu-1")
        var first = try server.dealer(pair)
        let before = try server.serves(&first)
        #expect(before)
        server.allowed[pair.publicKey] = nil
        let second = try server.dealer(pair)
        _ = try second.send(Message([7]))
        let report = try server.router.nextReport()
        #expect(report == .refused(.keyNotAllowed))
        let after = try server.serves(&first)
        #expect(after)
    }

    @Test("only the last 16 rejections are kept, all are counted")
    func rejectionsAreBounded() throws {
        let server = try CurveServer()
        for _ in 0..<20 {
            var dealer = try server.dealer(CurveKeyPair.generate())
            _ = try #require(try server.router.nextReport())
            _ = try dealer.receive()
        }
        #expect(server.handler.rejectionCount >= 20)
        #expect(server.handler.lastRejections.count == 16)
    }

    @Test(
        "while there is no handler nobody is let in: before it is made, and after it is stopped",
        arguments: [true, false]
    )
    func failClosed(everMade: Bool) throws {
        let keys = try CurveKeyPair.generate()
        let context = try Context()
        if everMade { try ZAPHandler(context: context, domain: "test") { _, _ in "anyone" }.stop() }
        var options = SocketOptions()
        options.linger = .zero
        options.security = .curveServer(keys.secretKey, zapDomain: "test")
        var router = try Socket(.router, context: context, options: options)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        options.security = .curveClient(try .generate(), server: keys.publicKey)
        let dealer = try Socket(.dealer, context: context, options: options)
        try dealer.connect(endpoint)
        _ = try dealer.send(Message([1]))
        let message = try router.next(within: shortly)
        #expect(message == nil)
    }

    @Test("a context has one handler; another one may follow it")
    func oneHandler() throws {
        let context = try Context()
        let first = try ZAPHandler(context: context, domain: "a") { _, _ in nil }
        let error = #expect(throws: ZeroMQError.self) { try ZAPHandler(context: context, domain: "b") { _, _ in nil } }
        #expect(error?.name == "EADDRINUSE")
        first.stop()
        // The name is given back by libzmq's own thread, a moment later.
        var second: ZAPHandler?
        let deadline = ContinuousClock.now + .seconds(10)
        while second == nil, .now < deadline { second = try? ZAPHandler(context: context, domain: "b") { _, _ in nil } }
        #expect(second != nil)
    }

    /// The frames of a request after its version, and the status it is answered with.
    struct Request: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let frames: [[UInt8]]
        let status: String

        init(_ name: String, _ frames: [[UInt8]], _ status: String) {
            testDescription = name
            self.frames = frames
            self.status = status
        }
    }

    static let key = [UInt8](repeating: 7, count: 32)

    static func request(
        version: String = "1.0",
        domain: String = "test",
        mechanism: String = "CURVE",
        _ credentials: [[UInt8]]
    ) -> [[UInt8]] {
        [version, "42", domain, "10.0.0.1", "", mechanism].map { Array($0.utf8) } + credentials
    }

    @Test(
        "every request that is not an allowed CURVE key of the domain is refused with its status",
        arguments: [
            Request("allowed", request([key]), "200"),
            Request("foreign domain", request(domain: "other", [key]), "400"),
            Request("no domain", request(domain: "", [key]), "400"),
            Request("NULL mechanism", request(mechanism: "NULL", []), "400"),
            Request("PLAIN mechanism", request(mechanism: "PLAIN", [[1], [2]]), "400"),
            Request("no key", request([]), "400"),
            Request("two keys", request([key, key]), "400"),
            Request("short key", request([Array(key.dropLast())]), "400"),
            Request("another version", request(version: "2.0", [key]), "500"),
            Request("cut off", Array(request([key]).prefix(4)), "500"),
        ]
    )
    func statuses(_ request: Request) throws {
        let context = try Context()
        let handler = try ZAPHandler(context: context, domain: "test") { _, _ in "seven" }
        var asker = try Socket(.dealer, context: context)
        try asker.connect("inproc://zeromq.zap.01")
        _ = try asker.send(Message(frames: [[]] + request.frames))
        let reply = try #require(try asker.next())
        #expect(reply.frames.count == 7)
        #expect(reply.frames.prefix(3) == [[], Array("1.0".utf8), Array("42".utf8)])
        #expect(reply.frames[3] == Array(request.status.utf8))
        #expect(reply.frames[5] == (request.status == "200" ? Array("seven".utf8) : []))
        handler.stop()
    }

    @Test("what cannot even be answered is passed over, and the next request is answered")
    func unanswerable() throws {
        let context = try Context()
        let handler = try ZAPHandler(context: context, domain: "test") { _, _ in "seven" }
        var asker = try Socket(.dealer, context: context)
        try asker.connect("inproc://zeromq.zap.01")
        for frames in [[[]], [[1]], [[], []], Array(repeating: [], count: 100)] as [[[UInt8]]] {
            _ = try asker.send(Message(frames: frames))
        }
        _ = try asker.send(Message(frames: [[]] + Self.request([Self.key])))
        let reply = try asker.next()
        #expect(reply?.frames[3] == Array("200".utf8))
        handler.stop()
    }
}
