// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Finds out, while a dealer has no connection, at which address of its host to try, and what is in the way.
///
/// It has a thread of its own: resolvers block for as long as their servers are away. libzmq would take a name's first
/// address alone, which for `localhost` often is ::1 where a coordinator listens on 127.0.0.1, and tells no error.
final class AddressSearch: Sendable {
    /// What was found out since the last call of `takeNews`.
    struct News {
        /// Where to connect from now on.
        var endpoint: String?
        /// Why there is no connection, when it is time to say so.
        var obstacle: (ConnectionObstacle, elapsed: Duration)?
    }

    private struct State {
        /// Since when there is no connection; nil while there is one.
        var missingSince: ContinuousClock.Instant? = .now
        var isStopped = false
        var endpoint: String?
        var news = News()
    }

    /// How long one address may take to answer.
    private static let patience: Int32 = 2_000

    private let endpoint: TCPEndpoint
    private let port: UInt16
    /// Whether the host has a name, whose addresses may change.
    private let isNamed: Bool
    /// Signalled when there is news.
    private let wakeup: Wakeup
    private let changed: Wakeup
    private let state = Mutex(State())

    /// A search for `endpoint` that has not begun; nil where there is nothing to search, because it is no TCP endpoint of
    /// a host, or names a source address, too.
    init?(_ text: String, wakeup: Wakeup) throws(ZeroMQError) {
        guard let endpoint = TCPEndpoint(text), !text.contains(";"), let port = UInt16(endpoint.port), port > 0 else {
            return nil
        }
        self.endpoint = endpoint
        self.port = port
        self.wakeup = wakeup
        isNamed = HostAddress.literal(endpoint.host) == nil
        changed = try Wakeup()
    }

    /// Whether an address must be found before there is anything to connect to.
    var isNeeded: Bool { isNamed }

    /// Begins to search, in a thread that ends after `stop`.
    ///
    /// Nobody waits for its end: it may be with the resolver.
    func begin() throws(ZeroMQError) {
        _ = try POSIXThread(name: "zmq-search") { [self] in run() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        changed.signal()
    }

    /// Notes whether a connection stands.
    func connectionChanged(isThere: Bool) {
        state.withLock { state in
            if isThere { (state.missingSince, state.news.obstacle) = (nil, nil) }
            if !isThere, state.missingSince == nil { state.missingSince = .now }
        }
        changed.signal()
    }

    func takeNews() -> News {
        state.withLock { state in
            defer { state.news = News() }
            return state.news
        }
    }

    private func run() {
        var (since, pacing) = (ContinuousClock.Instant?.none, SearchPacing())
        while true {
            let (missing, isStopped) = state.withLock { ($0.missingSince, $0.isStopped) }
            if isStopped { return }
            if missing != since { (since, pacing) = (missing, SearchPacing()) }
            guard let since else {
                wait(atMost: nil)
                continue
            }
            let elapsed = since.duration(to: .now)
            let due = pacing.due(after: elapsed)
            if due.report || due.search && isNamed { search(since, elapsed: due.report ? elapsed : nil) }
            wait(atMost: pacing.next(searches: isNamed) - since.duration(to: .now))
        }
    }

    /// Looks for an address, and tells it; and also what is in the way, where `elapsed` is given.
    private func search(_ since: ContinuousClock.Instant, elapsed: Duration?) {
        var news = News()
        do throws(HostAddress.LookupError) {
            let addresses = try HostAddress.all(of: endpoint.host)
            var failures: [ConnectionObstacle.Attempt] = []
            var open: HostAddress?
            // One address has no alternative, and is tried by libzmq already.
            for address in addresses where open == nil && (addresses.count > 1 || elapsed != nil) {
                let code = address.connectionError(port: port, within: Self.patience)
                if code == 0 { open = address }
                failures.append(.init(address: "\(address):\(port)", code: code))
            }
            news.endpoint = endpoint.at(open ?? kept(among: addresses))
            let obstacle = open.map { .noAnswer(address: "\($0):\(port)") } ?? ConnectionObstacle.unreachable(failures)
            news.obstacle = elapsed.map { (obstacle, $0) }
        } catch {
            news.obstacle = elapsed.map { (.unknownHost(error), $0) }
        }
        tell(news, since)
    }

    /// The address that is tried already, or else the first.
    private func kept(among addresses: [HostAddress]) -> HostAddress {
        let present = state.withLock { $0.endpoint }
        return addresses.first { endpoint.at($0) == present } ?? addresses[0]
    }

    private func tell(_ news: News, _ since: ContinuousClock.Instant) {
        state.withLock { state in
            // Overtaken by a connection.
            guard state.missingSince == since else { return }
            if isNamed, let found = news.endpoint, found != state.endpoint {
                (state.endpoint, state.news.endpoint) = (found, found)
            }
            state.news.obstacle = news.obstacle ?? state.news.obstacle
        }
        wakeup.signal()
    }

    private func wait(atMost timeout: Duration?) {
        var item = pollfd(fd: changed.descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&item, 1, timeout.map { Int32(clamping: $0.milliseconds) } ?? -1)
        changed.clear()
    }
}

/// When to look for an address and when to say what is in the way, while there is no connection.
struct SearchPacing {
    private static let searchPause: Duration = .seconds(3)
    private static let longestReportPause: Duration = .seconds(600)

    private var search: Duration = .zero
    private var report: Duration = .seconds(5)
    private var reportPause: Duration = .seconds(10)

    /// What is due after `elapsed`, and not again before its next time.
    mutating func due(after elapsed: Duration) -> (search: Bool, report: Bool) {
        let due = (search: elapsed >= search, report: elapsed >= report)
        if due.search { search = elapsed + Self.searchPause }
        if due.report {
            report = elapsed + reportPause
            reportPause = min(reportPause * 2, Self.longestReportPause)
        }
        return due
    }

    /// When something is due next.
    func next(searches: Bool) -> Duration { searches ? min(search, report) : report }
}
