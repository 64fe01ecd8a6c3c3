// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Tells changes of a dealer's connection, and connects anew after a refusal.
///
/// libzmq gives a connection up for ever when the other side refused its key, and knocks again many times a second when
/// the server key was wrong; both ways are replaced by pauses that double.
struct ConnectionWatch {
    let endpoint: String
    /// Ticks of the longest pause between a refusal and the next attempt.
    let longestPause: Int
    let tell: @Sendable (ConnectionReport) -> Void

    private var told: ConnectionReport?
    private var nextPause = 1
    private var ticksLeft: Int?

    init(endpoint: String, longestPause: Int, tell: @escaping @Sendable (ConnectionReport) -> Void) {
        self.endpoint = endpoint
        self.longestPause = longestPause
        self.tell = tell
    }

    /// Takes the reports that have arrived.
    mutating func turn(_ socket: borrowing Socket) throws(ZeroMQError) {
        while let report = try socket.receiveReport() {
            // What was refused is closed next, which is no news.
            if report != told, report != .lost || told == .established {
                told = report
                tell(report)
            }
            if report == .established { nextPause = 1 }
            guard case .refused = report, ticksLeft == nil else { continue }
            socket.disconnect(endpoint)
            ticksLeft = nextPause
            nextPause = min(nextPause * 2, longestPause)
        }
    }

    /// Counts a tick of the pause; connects at its end.
    mutating func tick(_ socket: borrowing Socket) throws(ZeroMQError) {
        guard let left = ticksLeft else { return }
        ticksLeft = left > 1 ? left - 1 : nil
        if ticksLeft == nil { try socket.connect(endpoint) }
    }
}
