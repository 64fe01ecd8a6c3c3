// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Tells changes of a dealer's connection, and connects anew after a refusal.
///
/// libzmq gives a connection up for ever when the other side refused its key, and tries again many times a second when
/// the server key was wrong; exponential backoff replaces both.
struct ConnectionSupervisor {
    private let endpoint: String
    /// Ticks of the longest pause between a refusal and the next attempt.
    private let longestBackoff: Int
    private let tell: @Sendable (ConnectionReport) -> Void

    private var told: ConnectionReport?
    private var backoff = 1
    private var ticksLeft: Int?

    init(endpoint: String, longestBackoff: Int, tell: @escaping @Sendable (ConnectionReport) -> Void) {
        self.endpoint = endpoint
        self.longestBackoff = longestBackoff
        self.tell = tell
    }

    /// Takes the reports that have arrived.
    mutating func receiveReports(from socket: borrowing Socket) throws(ZeroMQError) {
        while let report = try socket.receiveReport() {
            // What was refused is closed next, which is no news.
            if report != told, report != .lost || told == .established {
                told = report
                tell(report)
            }
            if report == .established { backoff = 1 }
            guard case .refused = report, ticksLeft == nil else { continue }
            socket.disconnect(endpoint)
            ticksLeft = backoff
            backoff = min(backoff * 2, longestBackoff)
        }
    }

    /// Counts a tick of the pause; connects at its end.
    mutating func tick(_ socket: borrowing Socket) throws(ZeroMQError) {
        guard let left = ticksLeft else { return }
        ticksLeft = left > 1 ? left - 1 : nil
        if ticksLeft == nil { try socket.connect(endpoint) }
    }
}
