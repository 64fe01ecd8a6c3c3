// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import WireProtocol
import ZeroMQ

/// Who came to the coordinator's socket and was turned away before a word was said.
struct Door {
    private let handler: ZAPHandler?
    private let allowList: AllowList?
    private var rejections = 0
    private var refused: [HandshakeFailure: Int] = [:]
    private var problem: String?

    init(handler: ZAPHandler?, allowList: AllowList?) {
        self.handler = handler
        self.allowList = allowList
    }

    /// Counts what the socket reports of its connections.
    mutating func count(_ report: ConnectionReport) {
        if case .refused(let why) = report { refused[why, default: 0] += 1 }
    }

    /// Lines about everyone who was turned away since the last call, and about a list that cannot be read.
    mutating func news() -> [String] {
        guard let handler else { return [] }
        var lines: [String] = []
        let count = handler.rejectionCount
        if count > rejections {
            let new = handler.lastRejections.suffix(count - rejections)
            lines += new.map { "turned away \($0.address): \($0.reason)\($0.key.map { " (key \($0))" } ?? "")" }
            rejections = count
        }
        let problem = allowList?.problem.map { "\($0)" }
        if let problem, problem != self.problem { lines.append("\(problem); nobody new is let in") }
        self.problem = problem
        return lines
    }

    var metrics: [Metric] {
        [
            Metric(name: "keys_rejected_total", value: Double(handler?.rejectionCount ?? 0)),
            Metric(name: "handshakes_failed_total", value: Double(refused.values.reduce(0, +))),
        ]
    }
}
