// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Finds out, while a dealer has no connection, at which address of its endpoints to try, and what is in the way.
///
/// It has a thread of its own: resolvers block for as long as their servers are away. libzmq would take a name's first
/// address alone, which for `localhost` often is ::1 where a coordinator listens on 127.0.0.1, and tells no error.
final class AddressSearch: Sendable {
    /// What was found out since the last call of `takeNews`.
    struct News {
        /// Where to connect from now on.
        var endpoint: String?
        /// Why there is no connection, when it is time to say so.
        var obstacles: (list: [ConnectionObstacle], elapsed: Duration)?
    }

    private struct State {
        /// Since when there is no connection; nil while there is one.
        var missingSince: ContinuousClock.Instant? = .now
        var isStopped = false
        var endpoint: String?
        var news = News()
        /// What would not talk, since there was a connection.
        var refusals: [String: Refusal] = [:]
        /// Whether to look for another endpoint at once.
        var isUrgent = false
    }

    private struct Refusal {
        var why: HandshakeFailure
        var time: ContinuousClock.Instant
    }

    /// An address where a router may be.
    private struct Candidate {
        var endpoint: String
        var target: ConnectionProbe.Target
    }

    /// How long addresses may take to answer.
    private static let patience: Duration = .seconds(2)

    private let endpoints: [TCPEndpoint]
    /// Whether there is more than one address, or a name, whose addresses may change.
    private let hasChoice: Bool
    /// Signalled when there is news.
    private let wakeup: Wakeup
    private let changed: Wakeup
    private let state = Mutex(State())

    /// A search for `list` that has not begun; nil where there is nothing to search, because it is no TCP endpoint of a
    /// host, or names a source address, too.
    init?(_ list: EndpointList, wakeup: Wakeup) throws(ZeroMQError) {
        let found = list.endpoints.compactMap { text -> TCPEndpoint? in
            guard let endpoint = TCPEndpoint(text), !text.contains(";"), let port = UInt16(endpoint.port), port > 0
            else { return nil }
            return endpoint
        }
        guard found.count == list.endpoints.count else { return nil }
        endpoints = found
        self.wakeup = wakeup
        hasChoice = found.count > 1 || found.contains { HostAddress.literal($0.host) == nil }
        changed = try Wakeup()
    }

    /// Whether an address must be found before there is anything to connect to.
    var isNeeded: Bool { hasChoice }

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
            if isThere { (state.missingSince, state.news.obstacles, state.refusals) = (nil, nil, [:]) }
            if !isThere, state.missingSince == nil { state.missingSince = .now }
        }
        changed.signal()
    }

    /// Notes that what listens at `endpoint` would not talk: others are tried before it.
    func noteRefusal(_ why: HandshakeFailure, at endpoint: String) {
        state.withLock { state in
            state.refusals[endpoint] = Refusal(why: why, time: .now)
            state.isUrgent = hasChoice
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
            let (missing, isStopped, isUrgent) = state.withLock { state in
                defer { state.isUrgent = false }
                return (state.missingSince, state.isStopped, state.isUrgent)
            }
            if isStopped { return }
            if missing != since { (since, pacing) = (missing, SearchPacing()) }
            guard let since else {
                wait(atMost: nil)
                continue
            }
            let elapsed = since.duration(to: .now)
            let due = pacing.due(after: elapsed)
            if due.report != nil || (due.search || isUrgent) && hasChoice {
                search(since, elapsed: elapsed, report: due.report)
            }
            wait(atMost: pacing.next(searches: hasChoice) - since.duration(to: .now))
        }
    }

    /// Looks for an address, and tells it; and also what is in the way, where that is to be reported.
    private func search(_ since: ContinuousClock.Instant, elapsed: Duration, report: SearchPacing.Report?) {
        let (candidates, unknown) = candidates()
        let targets = candidates.map(\.target)
        // One address has no alternative, and is tried by libzmq already.
        let isProbed = !targets.isEmpty && (targets.count > 1 || report != nil)
        let codes = isProbed ? ConnectionProbe.codes(of: targets, within: Self.patience) : []
        let refusals = state.withLock { $0.refusals }
        var news = News()
        let open = zip(candidates, codes).filter { $0.1 == 0 }.map(\.0)
        // What refused longest ago is tried again first.
        let untried = open.first { refusals[$0.endpoint] == nil }
        let again = open.min { refusals[$0.endpoint]?.time ?? .now < refusals[$1.endpoint]?.time ?? .now }
        news.endpoint = (untried ?? again ?? kept(among: candidates))?.endpoint
        if let report {
            let met = zip(candidates, codes).filter { $0.1 != 0 }.map {
                ConnectionObstacle.Attempt(address: "\($0.0.target)", code: $0.1)
            }
            let silent = open.filter { refusals[$0.endpoint] == nil }.map {
                ConnectionObstacle.noAnswer(address: "\($0.target)")
            }
            let refused = refusals.sorted { $0.key < $1.key }.map {
                ConnectionObstacle.refused($0.value.why, endpoint: $0.key)
            }
            let reasons = unknown + (met.isEmpty ? [] : [.unreachable(met)])
            switch report {
            // A handshake is under way, or its refusal was told.
            case .early: news.obstacles = open.isEmpty && !reasons.isEmpty ? (reasons, elapsed) : nil
            case .full: news.obstacles = (reasons + silent + refused, elapsed)
            }
        }
        tell(news, since)
    }

    /// Every address of every endpoint, in their order, and the names that have none.
    private func candidates() -> (found: [Candidate], unknown: [ConnectionObstacle]) {
        var (found, unknown): ([Candidate], [ConnectionObstacle]) = ([], [])
        for endpoint in endpoints {
            do throws(HostAddress.LookupError) {
                for address in try HostAddress.all(of: endpoint.host) {
                    let target = ConnectionProbe.Target(address, port: UInt16(endpoint.port) ?? 0)
                    found.append(Candidate(endpoint: endpoint.at(address), target: target))
                }
            } catch {
                unknown.append(.unknownHost(error))
            }
        }
        return (found, unknown)
    }

    /// The address that is tried already, or else the first.
    private func kept(among candidates: [Candidate]) -> Candidate? {
        let present = state.withLock { $0.endpoint }
        return candidates.first { $0.endpoint == present } ?? candidates.first
    }

    private func tell(_ news: News, _ since: ContinuousClock.Instant) {
        state.withLock { state in
            // Overtaken by a connection.
            guard state.missingSince == since else { return }
            if hasChoice, let found = news.endpoint, found != state.endpoint {
                (state.endpoint, state.news.endpoint) = (found, found)
            }
            state.news.obstacles = news.obstacles ?? state.news.obstacles
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
    /// What is said.
    enum Report {
        /// What is certain at once: that a name is unknown, or a port closed. A handshake may take longer.
        case early
        /// Whatever is in the way.
        case full
    }

    private static let searchPause: Duration = .seconds(3)
    private static let firstFullReport: Duration = .seconds(5)
    private static let longestReportPause: Duration = .seconds(600)

    private var search: Duration = .zero
    /// Nearly at once: a connection to a coordinator that is there needs less.
    private var report: Duration = .milliseconds(500)
    private var reportPause: Duration = .seconds(10)

    /// What is due after `elapsed`, and not again before its next time.
    mutating func due(after elapsed: Duration) -> (search: Bool, report: Report?) {
        let isSearchDue = elapsed >= search
        if isSearchDue { search = elapsed + Self.searchPause }
        guard elapsed >= report else { return (isSearchDue, nil) }
        if report < Self.firstFullReport, elapsed < Self.firstFullReport {
            report = Self.firstFullReport
            return (isSearchDue, .early)
        }
        report = elapsed + reportPause
        reportPause = min(reportPause * 2, Self.longestReportPause)
        return (isSearchDue, .full)
    }

    /// When something is due next.
    func next(searches: Bool) -> Duration { searches ? min(search, report) : report }
}
