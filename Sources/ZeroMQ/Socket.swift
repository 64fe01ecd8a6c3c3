// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// A ZeroMQ socket; it belongs to the thread that made it and closes when its owner lets go of it.
///
/// No call but `poll` blocks. A socket is no `Sendable`: make it inside the thread that will use it.
@safe public struct Socket: ~Copyable {
    /// The patterns of exchange that are in use.
    public enum Kind: Hashable, Sendable {
        /// Talks to many peers; each message begins with the routing id of the peer it comes from or goes to.
        case router
        /// Talks to one router.
        case dealer
    }

    private let handle: UnsafeMutableRawPointer
    // A context must outlive its sockets: its end waits for theirs.
    private let context: Context
    // A class, because an optional without copies cannot be looked into without taking it.
    private let monitor: ConnectionMonitor?
    private let maximumFrames: Int
    private let readsKeyNames: Bool
    private let readsAddresses: Bool

    /// Messages dropped so far because they had more frames than the socket's options allow.
    public private(set) var refusedMessages = 0

    /// Makes a socket of `context`.
    ///
    /// - Throws: when an option is not possible or no descriptor is left.
    public init(_ kind: Kind, context: Context, options: SocketOptions = SocketOptions()) throws(ZeroMQError) {
        let type = kind == .router ? ZMQ_ROUTER : ZMQ_DEALER
        guard let handle = unsafe zmq_socket(context.handle, type) else { throw .last(.socket) }
        do {
            unsafe try options.apply(to: handle, kind: kind)
            monitor =
                options.reportsConnections
                ? unsafe try ConnectionMonitor(of: handle, kind: kind, context: context) : nil
        } catch {
            unsafe zmq_close(handle)
            throw error
        }
        unsafe self.handle = unsafe handle
        self.context = context
        maximumFrames = options.maximumFrames
        readsKeyNames = options.security.namesKeys
        readsAddresses = options.tellsAddresses
    }

    deinit {
        // Before the monitor's own end closes: a report that nobody can take would block libzmq for ever.
        if monitor != nil { unsafe zmq_socket_monitor(handle, nil, 0) }
        // It fails only for what is no socket, which this handle cannot be.
        unsafe zmq_close(handle)
    }

    /// Listens on `endpoint`; a port of `*` or 0 lets the system choose one.
    ///
    /// - Returns: the endpoint with the port that was chosen.
    /// - Throws: `EADDRINUSE` when another process listens there, `EINVAL` for what is no endpoint.
    @discardableResult
    public borrowing func bind(_ endpoint: String) throws(ZeroMQError) -> String {
        guard EndpointText.hasPossiblePort(endpoint) else { throw ZeroMQError(.bind(endpoint), code: EINVAL) }
        guard unsafe zmq_bind(handle, endpoint) == 0 else { throw .last(.bind(endpoint)) }
        var capacity = 1024
        let name = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> String? in
            guard unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &capacity) == 0 else {
                return nil
            }
            return unsafe buffer.baseAddress.map { unsafe String(cString: $0) }
        }
        guard let name else { throw .last(.option("last endpoint")) }
        return EndpointText.readable(name)
    }

    /// Connects to `endpoint` in the background, and again whenever the connection is lost.
    ///
    /// - Throws: `EINVAL` for what is no endpoint; a peer that is not there yet is no error.
    public borrowing func connect(_ endpoint: String) throws(ZeroMQError) {
        guard EndpointText.hasPossiblePort(endpoint) else { throw ZeroMQError(.connect(endpoint), code: EINVAL) }
        guard unsafe zmq_connect(handle, endpoint) == 0 else { throw .last(.connect(endpoint)) }
    }

    /// Ends what `connect` began; messages on their way to `endpoint` may be lost.
    borrowing func disconnect(_ endpoint: String) {
        // It fails only where nothing is connected, which is what was asked for.
        unsafe zmq_disconnect(handle, endpoint)
    }

    /// Hands `message` over for sending, whole or not at all.
    ///
    /// - Throws: only what makes the socket useless; a full queue or a missing peer is a result.
    public borrowing func send(_ message: borrowing Message) throws(ZeroMQError) -> SendResult {
        precondition(!message.frames.isEmpty, "a message has at least one frame")
        let last = message.frames.count - 1
        for (position, frame) in message.frames.enumerated() {
            let flags = position < last ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT
            while unsafe frame.withUnsafeBytes({ unsafe zmq_send(handle, $0.baseAddress, $0.count, flags) }) < 0 {
                switch zmq_errno() {
                case EINTR: continue
                case EAGAIN: return .full
                case EHOSTUNREACH: return .unreachable
                case let code: throw ZeroMQError(.send, code: code)
                }
            }
        }
        return .sent
    }

    /// Receives a message that has already arrived.
    ///
    /// A message with too many frames is counted in `refusedMessages`, dropped and answered with nil; `poll` then
    /// says at once whether another one waits.
    ///
    /// - Returns: the message, or nil when none waits.
    public mutating func receive() throws(ZeroMQError) -> Message? {
        var part = zmq_msg_t()
        var frames: [[UInt8]] = []
        var keyName: String?
        var address: String?
        var count = 0
        try unsafe withUnsafeMutablePointer(to: &part) { part throws(ZeroMQError) in
            unsafe zmq_msg_init(part)
            defer { unsafe zmq_msg_close(part) }
            repeat {
                guard try unsafe receive(into: part) else { return }
                count += 1
                guard count <= maximumFrames else { continue }
                // libzmq notes it on every frame but, at times, the first, which a router makes up itself.
                if count == 2, readsKeyNames { keyName = unsafe Self.property("User-Id", of: part) }
                if count == 2, readsAddresses { address = unsafe Self.property("Peer-Address", of: part) }
                unsafe frames.append(
                    Array(UnsafeRawBufferPointer(start: zmq_msg_data(part), count: zmq_msg_size(part)))
                )
            } while unsafe zmq_msg_more(part) != 0
        }
        if count > maximumFrames { refusedMessages += 1 }
        guard (1...maximumFrames).contains(count) else { return nil }
        var message = Message(frames: frames)
        message.keyName = keyName
        message.peerAddress = address
        return message
    }

    private static func property(_ name: String, of part: UnsafeMutablePointer<zmq_msg_t>) -> String? {
        unsafe zmq_msg_gets(part, name).map { unsafe String(cString: $0) }
    }

    /// What became of a connection, told once; nil when there is nothing new.
    ///
    /// Only with `reportsConnections`. A router tells of failures alone; a dealer also of connections that stand or
    /// are lost. Reports wait until they are received, so they must be.
    public borrowing func receiveReport() throws(ZeroMQError) -> ConnectionReport? {
        try monitor?.receive()
    }

    /// Receives one frame; false when there is none.
    private borrowing func receive(into part: UnsafeMutablePointer<zmq_msg_t>) throws(ZeroMQError) -> Bool {
        while unsafe zmq_msg_recv(part, handle, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            case let code: throw ZeroMQError(.receive, code: code)
            }
        }
        return true
    }

    /// Waits until a message or a report can be received, `wakeup` is signalled, or `timeout` is over.
    ///
    /// - Parameters:
    ///   - wakeup: what other threads signal; none when nil.
    ///   - writable: whether to wake up, too, as soon as a message can be sent. A router always can.
    ///   - timeout: how long to wait, rounded up to milliseconds; for ever when nil, not at all when zero.
    /// - Returns: what is ready; nothing after the time-out or a signal of the operating system.
    /// - Throws: only what makes the socket useless.
    public borrowing func poll(
        wakeup: Wakeup? = nil,
        writable: Bool = false,
        timeout: Duration? = nil
    ) throws(ZeroMQError) -> Readiness {
        try poll(descriptors: (wakeup?.descriptor, nil), writable: writable, timeout: timeout).clearing(wakeup)
    }

    /// Waits as `poll(wakeup:writable:timeout:)` does, and for `ticker`.
    borrowing func poll(
        wakeup: Wakeup,
        ticker: borrowing Ticker,
        writable: Bool
    ) throws(ZeroMQError) -> Readiness {
        var readiness = try poll(descriptors: (wakeup.descriptor, ticker.descriptor), writable: writable, timeout: nil)
        if readiness.ticked { readiness.ticked = ticker.take() }
        return readiness.clearing(wakeup)
    }

    private borrowing func poll(
        descriptors: (wakeup: Int32?, ticker: Int32?),
        writable: Bool,
        timeout: Duration?
    ) throws(ZeroMQError) -> Readiness {
        let events = Int16(writable ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN)
        var items = unsafe [zmq_pollitem_t(socket: handle, fd: 0, events: events, revents: 0)]
        for descriptor in [descriptors.wakeup, descriptors.ticker] {
            // poll(2) passes over negative descriptors.
            unsafe items.append(
                zmq_pollitem_t(socket: nil, fd: descriptor ?? -1, events: Int16(ZMQ_POLLIN), revents: 0)
            )
        }
        if let monitor {
            unsafe items.append(
                zmq_pollitem_t(socket: monitor.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            )
        }
        guard unsafe zmq_poll(&items, Int32(items.count), timeout?.milliseconds ?? -1) >= 0 else {
            let error = ZeroMQError.last(.poll)
            guard error.isInterruption else { throw error }
            return Readiness()
        }
        return unsafe Readiness(
            readable: items[0].revents & Int16(ZMQ_POLLIN) != 0,
            writable: items[0].revents & Int16(ZMQ_POLLOUT) != 0,
            reported: items.count > 3 && items[3].revents != 0,
            woken: items[1].revents != 0,
            ticked: items[2].revents != 0
        )
    }
}

@available(*, unavailable)
extension Socket: Sendable {}
