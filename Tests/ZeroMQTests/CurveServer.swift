// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import ZeroMQ

/// Keys and their names, changed by a test while a handler asks.
final class AllowedNames: Sendable {
    private let names = Mutex<[CurvePublicKey: String]>([:])

    subscript(key: CurvePublicKey) -> String? {
        get { names.withLock { $0[key] } }
        set { names.withLock { $0[key] = newValue } }
    }
}

/// A router that lets in the keys a test allows.
struct CurveServer: ~Copyable {
    let keys: CurveKeyPair
    let allowed: AllowedNames
    let context: Context
    let handler: ZAPHandler
    var router: Socket
    let endpoint: String

    init(_ adjust: (inout SocketOptions) -> Void = { _ in }) throws {
        let keys = try CurveKeyPair.generate()
        let context = try Context()
        var options = SocketOptions()
        options.linger = .zero
        options.reportsConnections = true
        options.security = .curveServer(keys.secretKey, zapDomain: "test")
        adjust(&options)
        let names = AllowedNames()
        let handler = try ZAPHandler(context: context, domain: "test") { key, _ in names[key] }
        let router = try Socket(.router, context: context, options: options)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        self.keys = keys
        self.endpoint = endpoint
        self.context = context
        self.handler = handler
        allowed = names
        self.router = router
    }

    /// A new pair of keys, let in under `name`.
    func newClient(_ name: String) throws -> CurveKeyPair {
        let pair = try CurveKeyPair.generate()
        allowed[pair.publicKey] = name
        return pair
    }

    /// The options of a client with `pair`.
    func options(_ pair: CurveKeyPair, routingID: String? = nil) -> SocketOptions {
        var options = SocketOptions()
        options.linger = .zero
        options.security = .curveClient(pair, server: keys.publicKey)
        options.reconnection = .init(initial: .milliseconds(10), maximum: .milliseconds(50))
        options.routingID = routingID.map { Array($0.utf8) }
        return options
    }

    /// A dealer with `pair`, connecting.
    func dealer(_ pair: CurveKeyPair, routingID: String? = nil) throws -> Socket {
        let dealer = try Socket(.dealer, context: context, options: options(pair, routingID: routingID))
        try dealer.connect(endpoint)
        return dealer
    }

    /// Whether `dealer` is answered `count` times in a row.
    mutating func serves(_ dealer: inout Socket, times count: UInt8 = 1) throws -> Bool {
        for number in 0..<count {
            _ = try dealer.send(Message([number]))
            guard let request = try router.next(), request.frames.last == [number] else { return false }
            _ = try router.send(request)
            guard try dealer.next() == Message([number]) else { return false }
        }
        return true
    }
}

extension Socket {
    /// The next report, or nil when none comes within `timeout`.
    func nextReport(within timeout: Duration = .seconds(10)) throws -> ConnectionReport? {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let report = try receiveReport() { return report }
            let left = deadline - .now
            guard left > .zero else { return nil }
            _ = try poll(timeout: min(left, .milliseconds(50)))
        }
    }
}
