// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import WireProtocol
import ZeroMQ

/// Who came to the coordinator's socket and was turned away before a word was said.
struct RejectionCounters {
    private let handler: ZAPHandler?
    private let allowList: AllowList?
    /// Rejections of the handler that `newLines` has told of.
    private var told = 0
    private var failedHandshakes: [HandshakeFailure: Int] = [:]
    private var problem: String?

    /// Counts for a socket whose connections `handler` lets in by `allowList`; both are nil for a plain one.
    init(handler: ZAPHandler?, allowList: AllowList?) {
        self.handler = handler
        self.allowList = allowList
    }

    /// Counts what the socket reports of its connections.
    mutating func count(_ report: ConnectionReport) {
        if case .refused(let why, _) = report { failedHandshakes[why, default: 0] += 1 }
    }

    /// Lines about everyone who was turned away since the last call, and about a list that cannot be read.
    mutating func newLines() -> [String] {
        guard let handler else { return [] }
        var lines: [String] = []
        let count = handler.rejectionCount
        if count > told {
            let new = handler.lastRejections.suffix(count - told)
            lines += new.map { "turned away \($0.address): \($0.reason)\($0.key.map { " (key \($0))" } ?? "")" }
            told = count
        }
        let problem = allowList?.problem.map { "\($0)" }
        if let problem, problem != self.problem { lines.append("\(problem); nobody new is let in") }
        self.problem = problem
        return lines
    }

    var metrics: [Metric] {
        [
            Metric(name: "keys_rejected_total", value: Double(handler?.rejectionCount ?? 0)),
            Metric(name: "handshakes_failed_total", value: Double(failedHandshakes.values.reduce(0, +))),
        ]
    }
}
