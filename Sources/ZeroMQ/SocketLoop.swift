// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a socket's thread does until its mailbox is closed.
struct SocketLoop: ~Copyable {
    /// Messages received in a row before ticks and the mailbox are looked at, whatever a peer pours in.
    private static let receiveBurst = 256

    private var socket: Socket
    private let ticker: Ticker
    private let mailbox: Mailbox
    private var supervisor: ConnectionSupervisor?
    private let handler: SocketThread.Handler
    /// Messages on their way out, those before `next` already sent.
    private var outgoing: [Message] = []
    private var next = 0

    init(
        socket: consuming Socket,
        ticker: consuming Ticker,
        mailbox: Mailbox,
        supervisor: ConnectionSupervisor?,
        handler: @escaping SocketThread.Handler
    ) {
        self.socket = socket
        self.ticker = ticker
        self.mailbox = mailbox
        self.supervisor = supervisor
        self.handler = handler
    }

    /// Runs until the mailbox is closed or the socket fails; the socket is closed when this returns.
    consuming func run() {
        defer { supervisor?.stop() }
        do throws(ZeroMQError) {
            while !mailbox.isClosed {
                try step()
            }
            try flush()
        } catch {
            mailbox.close()
            _ = handler(.failed(error))
        }
    }

    private mutating func step() throws(ZeroMQError) {
        let ready = try socket.poll(wakeup: mailbox.wakeup, ticker: ticker, writable: next < outgoing.count)
        if ready.reported { try supervisor?.receiveReports(from: socket) }
        if ready.readable { try receive() }
        if ready.woken {
            try supervisor?.takeNews(socket)
            outgoing += handler(.woken)
        }
        if ready.ticked { try tick() }
        try flush()
    }

    private mutating func tick() throws(ZeroMQError) {
        try supervisor?.tick(socket)
        outgoing += handler(.tick(unsent: outgoing.count - next + mailbox.count))
    }

    private mutating func receive() throws(ZeroMQError) {
        for _ in 0..<Self.receiveBurst {
            guard let message = try socket.receive() else { return }
            outgoing += handler(.received(message))
        }
    }

    /// Sends what the socket takes, in order; the mailbox is emptied only when nothing older waits, so both stay
    /// bounded.
    private mutating func flush() throws(ZeroMQError) {
        repeat {
            while next < outgoing.count {
                guard try socket.send(outgoing[next]) != .full else { return }
                next += 1
            }
            outgoing = mailbox.takeAll()
            next = 0
        } while !outgoing.isEmpty
    }
}
