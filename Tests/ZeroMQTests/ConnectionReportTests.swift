// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing
import ZeroMQ

/// The reports of a socket thread.
private final class Reports: Sendable {
    private let reports = Mutex<[ConnectionReport]>([])

    var all: [ConnectionReport] { reports.withLock { $0 } }

    func append(_ report: ConnectionReport) {
        reports.withLock { $0.append(report) }
    }

    func wait(for report: ConnectionReport) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while all.last != report, .now < deadline { try await Task.sleep(for: .milliseconds(2)) }
        return all.last == report
    }
}

/// A router that can be closed at a chosen moment.
private final class Router {
    private var socket: Socket?
    let endpoint: String

    init(_ context: Context, _ endpoint: String) throws {
        let socket = try Socket(.router, context: context)
        self.endpoint = try socket.bind(endpoint)
        self.socket = consume socket
    }

    func close() { socket = nil }
}

@Suite(.timeLimit(.minutes(1)))
struct ConnectionReportTests {
    /// A thread that says hello with every tick, and its reports.
    private func connect(
        to endpoint: String,
        _ context: Context,
        _ options: SocketOptions
    ) throws -> (SocketThread, Reports) {
        try connect(to: EndpointList(endpoint), context, options)
    }

    private func connect(
        to endpoints: EndpointList,
        _ context: Context,
        _ options: SocketOptions
    ) throws -> (SocketThread, Reports) {
        var options = options
        options.onlyConnected = true
        let reports = Reports()
        let thread = try SocketThread(
            connectingTo: endpoints,
            context: context,
            options: options,
            tick: .milliseconds(10),
            connection: { reports.append($0) },
            handler: { event in
                if case .tick(unsent: 0) = event { [Message([1])] } else { [] }
            }
        )
        return (thread, reports)
    }

    @Test("a client whose key is not allowed learns it once, and is served as soon as the key is allowed")
    func notAllowed() async throws {
        var server = try CurveServer()
        let pair = try CurveKeyPair.generate()
        let (thread, reports) = try connect(to: server.endpoint, server.context, server.options(pair))
        #expect(try await reports.wait(for: .refused(.keyNotAllowed, at: server.endpoint)))
        let deadline = ContinuousClock.now + .seconds(20)
        while server.handler.rejectionCount < 3, .now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        #expect(server.handler.rejectionCount >= 3)
        #expect(reports.all == [.refused(.keyNotAllowed, at: server.endpoint)])
        server.allowed[pair.publicKey] = "late"
        #expect(try await reports.wait(for: .established))
        let message = try server.router.next()
        #expect(message?.keyName == "late")
        #expect(reports.all == [.refused(.keyNotAllowed, at: server.endpoint), .established])
        thread.stop()
    }

    @Test("a client with another server's key sees the connection close; the server counts it as undecipherable")
    func wrongServerKey() async throws {
        let server = try CurveServer()
        var options = server.options(try server.newClient("a"))
        options.security = .curveClient(try .generate(), server: try CurveKeyPair.generate().publicKey)
        let (thread, reports) = try connect(to: server.endpoint, server.context, options)
        #expect(try await reports.wait(for: .refused(.closed, at: server.endpoint)))
        let report = try server.router.nextReport()
        #expect(report == .refused(.undecipherable))
        thread.stop()
        #expect(reports.all == [.refused(.closed, at: server.endpoint)])
        #expect(server.handler.rejectionCount == 0)
    }

    @Test("encryption on one side only is told to both", arguments: [true, false])
    func mismatch(serverEncrypts: Bool) async throws {
        let server = try CurveServer { if !serverEncrypts { $0.security = .none } }
        var options = server.options(try server.newClient("a"))
        if serverEncrypts { options.security = .none }
        let (thread, reports) = try connect(to: server.endpoint, server.context, options)
        #expect(try await reports.wait(for: .refused(.mechanismMismatch, at: server.endpoint)))
        let report = try server.router.nextReport()
        // A server without encryption may learn of the client's hanging up before it has read the greeting.
        #expect(report == .refused(.mechanismMismatch) || !serverEncrypts && report == .refused(.closed))
        thread.stop()
    }

    @Test("a connection that is lost and comes back is told every time")
    func lost() async throws {
        let context = try Context()
        var options = SocketOptions()
        options.reconnection = .init(initial: .milliseconds(10), maximum: .milliseconds(50))
        let first = try Router(context, "tcp://127.0.0.1:*")
        let (thread, reports) = try connect(to: first.endpoint, context, options)
        #expect(try await reports.wait(for: .established))
        let endpoint = first.endpoint
        first.close()
        #expect(try await reports.wait(for: .lost))
        var second: Router?
        let deadline = ContinuousClock.now + .seconds(20)
        while second == nil, .now < deadline { second = try? Router(context, endpoint) }
        #expect(try await reports.wait(for: .established))
        #expect(reports.all == [.established, .lost, .established])
        thread.stop()
        second?.close()
    }

    @Test("of several endpoints the first that lets the client in is taken, and the next when it is gone")
    func severalEndpoints() async throws {
        let stranger = try CurveServer()
        let context = try Context()
        let first = try Router(context, "tcp://127.0.0.1:*")
        let second = try Router(context, "tcp://127.0.0.1:*")
        var options = SocketOptions()
        options.reconnection = .init(initial: .milliseconds(10), maximum: .milliseconds(50))
        let closed = "tcp://127.0.0.1:1"
        let list = try EndpointList(parsing: [closed, stranger.endpoint, first.endpoint, second.endpoint])
        let (thread, reports) = try connect(to: list, context, options)
        #expect(try await reports.wait(for: .established))
        // Which of both sees the other hang up first is chance.
        let refusals = [HandshakeFailure.mechanismMismatch, .closed].map {
            ConnectionReport.refused($0, at: stranger.endpoint)
        }
        #expect(reports.all.first.map { refusals.contains($0) } == true, "\(reports.all)")
        first.close()
        #expect(try await reports.wait(for: .lost) || reports.all.count > 3)
        #expect(try await reports.wait(for: .established))
        thread.stop()
        second.close()
    }

    @Test("a closed port and a name without an address are told within a second, an endpoint that is silent is not")
    func atOnce() async throws {
        let context = try Context()
        let list = try EndpointList(parsing: ["tcp://127.0.0.1:1", "tcp://nobody.invalid:7461"])
        let begun = ContinuousClock.now
        let (thread, reports) = try connect(to: list, context, SocketOptions())
        while reports.all.isEmpty, begun.duration(to: .now) < .seconds(20) {
            try await Task.sleep(for: .milliseconds(5))
        }
        guard case .missing(let obstacles, let elapsed)? = reports.all.first else {
            Issue.record("\(reports.all)")
            return
        }
        #expect(elapsed < .seconds(1))
        #expect(
            obstacles.count == 2 && obstacles.last == .unreachable([.init(address: "127.0.0.1:1", code: ECONNREFUSED)])
        )
        thread.stop()
    }

    @Test("threads with reports stop while they are being refused")
    func stopping() async throws {
        let server = try CurveServer()
        for _ in 0..<30 {
            let (thread, _) = try connect(to: server.endpoint, server.context, server.options(.generate()))
            thread.stop()
        }
        #expect(server.handler.lastRejections.count <= 16)
    }
}
