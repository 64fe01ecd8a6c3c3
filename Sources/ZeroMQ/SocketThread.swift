// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A dealer in a thread of its own: it sends, receives and ticks whatever the rest of the process is busy with.
///
/// The socket is made, used and closed inside that thread, as libzmq demands; other threads leave messages in a
/// mailbox. Everything that happens is told to one handler, in that thread and in order, so the handler must be quick:
/// work that takes time goes to another thread.
public final class SocketThread: Sendable {
    /// What the handler is told.
    public enum Event: Sendable {
        /// A message has arrived.
        case received(Message)
        /// The tick's interval is over; `unsent` messages still wait, because no connection stands or it is slow.
        ///
        /// A heartbeat is worth sending only while nothing waits before it.
        case tick(unsent: Int)
        /// Another thread called ``SocketThread/wake()``, or left messages; calls in between are merged into one event.
        case woken
        /// The socket became useless and is closed; this is the last event.
        case failed(ZeroMQError)
    }

    /// Turns an event into the messages to be sent because of it.
    public typealias Handler = @Sendable (Event) -> [Message]

    private let mailbox: Mailbox
    private let thread: POSIXThread

    /// Connects a dealer to one endpoint, in a new thread.
    ///
    /// Parameters and errors are those of the initializer for several.
    public convenience init(
        connectingTo endpoint: String,
        context: Context,
        options: SocketOptions = SocketOptions(),
        tick: Duration,
        mailboxLimit: Int = 10_000,
        connection: (@Sendable (ConnectionReport) -> Void)? = nil,
        handler: @escaping Handler
    ) throws(ZeroMQError) {
        try self.init(
            connectingTo: EndpointList(endpoint),
            context: context,
            options: options,
            tick: tick,
            mailboxLimit: mailboxLimit,
            connection: connection,
            handler: handler
        )
    }

    /// Connects a dealer to a router, in a new thread.
    ///
    /// - Parameters:
    ///   - endpoints: where the router listens, or will listen; the dealer keeps trying. Several need `connection`.
    ///   - context: what the socket comes from.
    ///   - options: the socket's options.
    ///   - tick: the time between two ticks.
    ///   - mailboxLimit: how many messages other threads may leave before `send` refuses.
    ///   - connection: what is told, inside the new thread, whenever the state of the connection changes, with the
    ///     reason of a refusal once, and now and then why there is none. With it, all addresses of all endpoints are tried,
    ///     of those that take a connection the first that was not refused, and a name
    ///     may become known later; and a refused dealer connects anew after pauses that double from one tick to
    ///     the longest reconnection interval, or to five times that where the refusal gave its reason. Without it, libzmq
    ///     gives up in silence when its key is not allowed.
    ///   - handler: what is told of every event, inside the new thread.
    /// - Throws: what making or connecting the socket threw.
    public init(
        connectingTo endpoints: EndpointList,
        context: Context,
        options: SocketOptions = SocketOptions(),
        tick: Duration,
        mailboxLimit: Int = 10_000,
        connection: (@Sendable (ConnectionReport) -> Void)? = nil,
        handler: @escaping Handler
    ) throws(ZeroMQError) {
        let mailbox = try Mailbox(limit: mailboxLimit)
        let backoff = Int(min(max(1, options.reconnection.maximum / tick), 1e9).rounded(.up))
        let supervisor = try connection.map { tell throws(ZeroMQError) in
            try ConnectionSupervisor(endpoints: endpoints, longestBackoff: backoff, wakeup: mailbox.wakeup, tell: tell)
        }
        var settings = options
        if supervisor != nil { settings.reportsConnections = true }
        self.mailbox = mailbox
        thread = try POSIXThread.started(name: "zmq-dealer") { [settings] startup in
            let loop: SocketLoop
            do throws(ZeroMQError) {
                let socket = try Socket(.dealer, context: context, options: settings)
                if let supervisor { try supervisor.begin(socket) } else { try socket.connect(endpoints.endpoints[0]) }
                loop = SocketLoop(
                    socket: socket,
                    ticker: try Ticker(every: tick),
                    mailbox: mailbox,
                    supervisor: supervisor,
                    handler: handler
                )
            } catch {
                startup.finish(.failure(error))
                return
            }
            startup.finish(.success(()))
            loop.run()
        }
    }

    /// Leaves a message to be sent after those left before it.
    ///
    /// - Returns: false when it was not taken, because the mailbox is full or the thread is stopping.
    public func send(_ message: Message) -> Bool {
        mailbox.put(message)
    }

    /// Has the handler told of `.woken`, so that it can send what other threads have got ready by then.
    ///
    /// One call for many small messages costs less than a `send` for each.
    public func wake() {
        mailbox.wakeup.signal()
    }

    /// Sends what is waiting as far as it can be sent at once, closes the socket and ends the thread.
    ///
    /// Returns when the socket is closed; called by the handler itself, it returns at once and the thread ends after
    /// the event. A second call does nothing.
    public func stop() {
        mailbox.close()
        thread.join()
    }

    deinit {
        stop()
    }
}
