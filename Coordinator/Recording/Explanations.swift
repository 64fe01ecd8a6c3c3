// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Scheduling

extension Departure {
    /// The way a worker went, in words.
    var explanation: String {
        switch self {
        case .goodbye: "it left"
        case .crashed: "its process or connection broke"
        case .killed: "worker killed (out of memory?)"
        case .silent: "it missed its heartbeats"
        case .vanished: "it took the shard and missed its heartbeats from then on"
        }
    }
}

extension AttemptFailure {
    /// What happened, in words.
    var explanation: String {
        switch self {
        case .engineError(let message), .surroundings(let message): message
        case .workerLost(.killed): Departure.killed.explanation
        case .workerLost(let departure): "its worker is gone: \(departure.explanation)"
        case .timeLimit(let limit): "it ran longer than the time limit of \(HumanText.duration(limit))"
        case .handedBack: "handed back"
        }
    }
}

extension QuarantineReason {
    /// The reason with names for workers.
    func text(naming name: (WorkerID) -> String) -> String {
        guard case .differs(let shard, let others) = self, !others.isEmpty else { return description }
        return "its rows of \(shard) differ from those of \(others.map(name).joined(separator: " and "))"
    }
}
