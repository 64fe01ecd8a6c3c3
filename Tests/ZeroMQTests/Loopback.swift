// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// A router on a port of its own and a dealer that talks to it.
struct Loopback: ~Copyable {
    let context: Context
    let endpoint: String
    var router: Socket
    var dealer: Socket

    init(
        router routerOptions: SocketOptions = SocketOptions(),
        dealer dealerOptions: SocketOptions = SocketOptions()
    ) throws {
        let context = try Context()
        let router = try Socket(.router, context: context, options: routerOptions)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer, context: context, options: dealerOptions)
        try dealer.connect(endpoint)
        self.context = context
        self.endpoint = endpoint
        self.router = router
        self.dealer = dealer
    }
}

extension Socket {
    /// The next message, or nil when none comes within `timeout`.
    mutating func next(within timeout: Duration = .seconds(10)) throws -> Message? {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let message = try receive() { return message }
            let left = deadline - .now
            guard left > .zero else { return nil }
            _ = try poll(timeout: left)
        }
    }
}

/// Time for a message that must not arrive to arrive after all.
let shortly = Duration.milliseconds(300)
