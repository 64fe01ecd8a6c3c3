// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Decides, in a thread of its own, which CURVE clients may talk to the sockets of a context.
///
/// libzmq asks it about every new connection to a socket with `curveServer(_:zapDomain:)`; connections that stand are
/// not asked about again. Make it before the socket is bound, and stop it after the socket is closed: while there is no
/// handler, nobody is let in.
public final class ZAPHandler: Sendable {
    /// A client that was turned away.
    public struct Rejection: Hashable, Sendable {
        /// Where it connected from, as libzmq tells it: an IP address without a port.
        public let address: String
        /// The key it proved to have; nil when it had none.
        public let key: CurvePublicKey?
        /// Why.
        public let reason: String
    }

    /// The name of an allowed key, or nil for one that is not allowed.
    ///
    /// The address is that of the client.
    public typealias Names = @Sendable (_ key: CurvePublicKey, _ address: String) -> String?

    private let responder: ZAPResponder
    private let mailbox: Mailbox
    private let thread: POSIXThread

    /// Begins to answer for `domain` in `context`.
    ///
    /// - Parameters:
    ///   - context: whose sockets' clients are judged; it can have one handler.
    ///   - domain: the ZAP domain of those sockets; clients of any other are turned away.
    ///   - names: what decides, in the handler's thread; messages of an allowed client carry the name as `keyName`.
    /// - Throws: `EADDRINUSE` when the context has a handler already.
    public init(context: Context, domain: String, names: @escaping Names) throws(ZeroMQError) {
        let mailbox = try Mailbox(limit: 0)
        let responder = ZAPResponder(domain: Array(domain.utf8), names: names)
        self.mailbox = mailbox
        self.responder = responder
        thread = try POSIXThread.started(name: "zmq-zap") { startup in
            var options = SocketOptions()
            options.maximumFrames = 16
            options.linger = .zero
            do throws(ZeroMQError) {
                var socket = try Socket(.router, context: context, options: options)
                try socket.bind("inproc://zeromq.zap.01")
                startup.finish(.success(()))
                while !mailbox.isClosed { try responder.answer(on: &socket, wakeup: mailbox.wakeup) }
            } catch {
                // Once open, only the end of the context comes here; the sockets let nobody in from then on.
                startup.finish(.failure(error))
            }
        }
    }

    /// How many clients were turned away so far.
    public var rejectionCount: Int { responder.rejections.withLock { $0.count } }

    /// The last 16 clients that were turned away, oldest first.
    public var lastRejections: [Rejection] { responder.rejections.withLock { $0.last } }

    /// Ends the thread, and returns when its socket is closed.
    ///
    /// A second call does nothing.
    public func stop() {
        mailbox.close()
        thread.join()
    }

    deinit {
        stop()
    }
}

/// What the handler's thread does with a question.
private final class ZAPResponder: Sendable {
    struct Rejections {
        var count = 0
        var last: [ZAPHandler.Rejection] = []
    }

    let rejections = Mutex(Rejections())
    private let domain: [UInt8]
    private let names: ZAPHandler.Names

    init(domain: [UInt8], names: @escaping ZAPHandler.Names) {
        self.domain = domain
        self.names = names
    }

    /// Waits for questions, and answers those that have come.
    func answer(on socket: inout Socket, wakeup: Wakeup) throws(ZeroMQError) {
        _ = try socket.poll(wakeup: wakeup)
        while let message = try socket.receive() {
            guard let reply = ZAPRequest.reply(to: message, answer(to: message)) else { continue }
            // A client that has gone meanwhile needs no answer.
            _ = try socket.send(reply)
        }
    }

    private func answer(to message: Message) -> ZAPRequest.Answer {
        guard let request = ZAPRequest(message) else { return .failed("not a ZAP 1.0 request") }
        guard request.mechanism == Array("CURVE".utf8) else { return refuse(request, nil, "only CURVE is accepted") }
        guard request.credentials.count == 1, let key = CurvePublicKey(bytes: request.credentials[0]) else {
            return refuse(request, nil, "not a CURVE key")
        }
        guard request.domain == domain else { return refuse(request, key, "foreign domain") }
        guard let name = names(key, request.address) else { return refuse(request, key, "the key is not allowed") }
        return .allowed(name: name)
    }

    private func refuse(_ request: ZAPRequest, _ key: CurvePublicKey?, _ reason: String) -> ZAPRequest.Answer {
        rejections.withLock { rejections in
            rejections.count += 1
            rejections.last.append(.init(address: request.address, key: key, reason: reason))
            if rejections.last.count > 16 { rejections.last.removeFirst() }
        }
        return .refused(reason)
    }
}
