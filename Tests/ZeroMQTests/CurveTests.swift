// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct CurveTests {
    @Test("the public key follows from the secret key, and pairs differ")
    func keys() throws {
        let pair = try CurveKeyPair.generate()
        let again = try CurveKeyPair(secretKey: CurveSecretKey(text: pair.secretKey.text))
        #expect(again == pair)
        #expect(try CurveKeyPair.generate() != pair)
    }

    @Test("the test keys of the manual belong together")
    func testVector() throws {
        // zmq_curve(7), "Test key values".
        let secret = try CurveSecretKey(text: "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")
        #expect(try CurvePublicKey(of: secret).text == "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
    }

    @Test(
        "a damaged key is refused",
        arguments: ["", "short", String(repeating: "0", count: 41), String(repeating: "~", count: 40)]
    )
    func damagedKey(text: String) {
        #expect(throws: ZeroMQError.self) { try CurvePublicKey(text: text) }
        #expect(throws: ZeroMQError.self) { try CurveSecretKey(text: text) }
    }

    @Test("a secret key does not show in texts")
    func redaction() throws {
        let pair = try CurveKeyPair.generate()
        #expect(!"\(pair)".contains(pair.secretKey.text))
        #expect("\(pair)".contains(pair.publicKey.text))
    }

    @Test("a client that knows the server's key is heard; one with another key, or none, is not")
    func security() throws {
        let server = try CurveKeyPair.generate()
        let context = try Context()
        var options = SocketOptions()
        options.linger = .zero
        options.security = .curveServer(server.secretKey, zapDomain: nil)
        var router = try Socket(.router, context: context, options: options)
        let endpoint = try router.bind("tcp://127.0.0.1:*")

        let client = try CurveKeyPair.generate()
        let stranger = try CurveKeyPair.generate()
        for security in [.none, .curveClient(client, server: stranger.publicKey)] as [SocketOptions.Security] {
            options.security = security
            let dealer = try Socket(.dealer, context: context, options: options)
            try dealer.connect(endpoint)
            _ = try dealer.send(Message([1]))
            let message = try router.next(within: shortly)
            #expect(message == nil)
        }
        options.security = .curveClient(client, server: server.publicKey)
        let dealer = try Socket(.dealer, context: context, options: options)
        try dealer.connect(endpoint)
        _ = try dealer.send(Message([2]))
        let message = try router.next()
        #expect(message?.frames.last == [2])
    }
}
