// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Tells changes of a dealer's connection, connects to the right address, and connects anew after a refusal, or to the
/// next endpoint.
///
/// libzmq gives a connection up for ever when the other side refused its key, and tries again many times a second when
/// the server key was wrong; exponential backoff replaces both.
struct ConnectionSupervisor {
    /// How much longer than others the pauses after a refusal that gave its reason may become: it will not change soon.
    private static let patienceWithReason = 5

    /// Ticks of the longest pause between a handshake that failed without a reason and the next attempt.
    private let longestBackoff: Int
    private let search: AddressSearch?
    private let tell: @Sendable (ConnectionReport) -> Void

    /// Where the socket is to connect; nil while no address is known.
    private var endpoint: String?
    /// What was told last, and each refusal since there was a connection: with several endpoints they take turns.
    private var told: ConnectionReport?
    private var toldRefusals: Set<ConnectionReport> = []
    private var wasEstablished = false
    private var backoff = 1
    private var ticksLeft: Int?

    /// A supervisor of a socket that is not connected yet; `wakeup` is signalled when `takeNews` has something to take.
    init(
        endpoints: EndpointList,
        longestBackoff: Int,
        wakeup: Wakeup,
        tell: @escaping @Sendable (ConnectionReport) -> Void
    ) throws(ZeroMQError) {
        self.longestBackoff = longestBackoff
        self.tell = tell
        search = try AddressSearch(endpoints, wakeup: wakeup)
        endpoint = search?.isNeeded == true ? nil : endpoints.endpoints[0]
        for endpoint in endpoints.endpoints {
            // Neither is a host, and no address would ever be found.
            let host = TCPEndpoint(endpoint)?.host
            if host == "*" || host?.contains(where: \.isWhitespace) == true
                || search == nil && endpoints.endpoints.count > 1
            {
                throw ZeroMQError(.connect(endpoint), code: EINVAL)
            }
        }
    }

    /// Connects, or begins to look for an address to connect to.
    func begin(_ socket: borrowing Socket) throws(ZeroMQError) {
        if let endpoint { try socket.connect(endpoint) }
        try search?.begin()
    }

    func stop() { search?.stop() }

    /// Takes the reports that have arrived.
    mutating func receiveReports(from socket: borrowing Socket) throws(ZeroMQError) {
        while let bare = try socket.receiveReport() {
            let report = bare.at(endpoint)
            if isNews(report) {
                told = report
                if case .refused = report { toldRefusals.insert(report) }
                tell(report)
            }
            search?.connectionChanged(isThere: report == .established)
            if report == .established { (backoff, wasEstablished, toldRefusals) = (1, true, []) }
            guard case .refused(let why, _) = report, ticksLeft == nil, let endpoint else { continue }
            socket.disconnect(endpoint)
            // Whoever was let in once has the right key.
            if !(why == .closed && wasEstablished) { search?.noteRefusal(why, at: endpoint) }
            ticksLeft = backoff
            backoff = min(backoff * 2, why == .closed ? longestBackoff : longestBackoff * Self.patienceWithReason)
        }
    }

    private func isNews(_ report: ConnectionReport) -> Bool {
        switch report {
        // What was refused is closed next.
        case .lost: told == .established
        // Whoever was let in once has the right key: it is being stopped or started over there.
        case .refused(.closed, _) where wasEstablished: false
        case .refused: report != told && !toldRefusals.contains(report)
        default: report != told
        }
    }

    /// Takes what the search has found.
    mutating func takeNews(_ socket: borrowing Socket) throws(ZeroMQError) {
        guard let news = search?.takeNews() else { return }
        if let found = news.endpoint, found != endpoint {
            if let endpoint, ticksLeft == nil { socket.disconnect(endpoint) }
            endpoint = found
            if ticksLeft == nil { try socket.connect(found) }
        }
        if let (obstacles, elapsed) = news.obstacles { tell(.missing(obstacles, elapsed: elapsed)) }
    }

    /// Counts a tick of the pause; connects at its end.
    mutating func tick(_ socket: borrowing Socket) throws(ZeroMQError) {
        guard let left = ticksLeft else { return }
        ticksLeft = left > 1 ? left - 1 : nil
        if ticksLeft == nil, let endpoint { try socket.connect(endpoint) }
    }
}

extension ConnectionReport {
    /// The report of a dealer that tried `endpoint`.
    fileprivate func at(_ endpoint: String?) -> ConnectionReport {
        if case .refused(let why, _) = self { .refused(why, at: endpoint) } else { self }
    }
}
