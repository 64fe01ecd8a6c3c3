// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Reporting
import ResultStore
import Vocabulary

/// One launched worker, as `launch status` lists it.
package struct LaunchedRow: Hashable, Sendable, Encodable {
    var launcher: String
    var place: String
    var job: String
    var worker: String
    /// Whether it is a `worker` or a `coordinator`.
    var kind: String
    /// `waiting`, `running`, `ended`, `cancelled` or `unknown`.
    var state: String
    var reason: String?
    /// How it ended, in its launcher's words; nil where that is not known any more.
    var outcome: String?
    var host: String?
    var secondsLeft: Double?
    var run: String?
    /// Whether a coordinator took the worker; nil where its log cannot be read, and for a coordinator.
    var joined: Bool?
    var log: String?
    var lastLine: String?
    var launched: String

    package init(_ worker: LaunchedWorker) {
        let job = worker.job
        (launcher, place, self.job, run) = (job.launcher.rawValue, job.place, job.id, job.run)
        self.worker = worker.name
        kind = job.workers == 0 ? "coordinator" : "worker"
        (state, reason) = Self.words(worker.state, isCancelled: job.cancelled != nil)
        outcome = worker.outcome?.lowercased()
        host = worker.host
        secondsLeft = worker.remaining.map { $0 / .seconds(1) }
        joined = job.workers == 0 ? nil : worker.log?.hasJoined
        log = worker.log?.path
        lastLine = worker.log?.lastLines.last
        launched = job.launched.formatted(.iso8601)
    }

    private static func words(_ state: LaunchedWorker.State, isCancelled: Bool) -> (String, String?) {
        switch state {
        case .waiting(let reason): ("waiting", reason == "None" || reason.isEmpty ? nil : reason)
        case .running: ("running", nil)
        case .ended: (isCancelled ? "cancelled" : "ended", nil)
        case .unknown(let reason): ("unknown", reason)
        }
    }
}

/// The table of `launch status`.
package enum LaunchTable {
    /// Lays the table out for a terminal.
    ///
    /// - Parameters:
    ///   - rows: The workers, in the order in which they are to appear.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    package static func lines(_ rows: [LaunchedRow], width: Int? = nil, style: TextStyle = .plain) -> [String] {
        var table = TextTable(
            columns: [
                .init("worker", .text(minimum: 8)), .init("at", .text(minimum: 6), dropOrder: 2),
                .init("state", .text(minimum: 8)), .init("host", .text(minimum: 6), dropOrder: 3),
                .init("left", .number, dropOrder: 1), .init("joined", .text(minimum: 3)),
                .init("last line of its log, or why", .text(minimum: 20), dropOrder: 4),
            ]
        )
        for row in rows { table.append(entries(row)) }
        return table.lines(width: width, style: style)
    }

    private static func entries(_ row: LaunchedRow) -> [TextTable.Entry] {
        let isInVain = row.state == "ended" && row.joined == false
        let left = row.secondsLeft.map { HumanText.duration(.seconds($0)) } ?? HumanText.absent
        let answer = row.joined.map { $0 ? "yes" : "no" } ?? HumanText.absent
        let joined = row.kind == "coordinator" ? row.kind : answer
        return [
            .init(row.worker, .strong), .init("\(row.launcher) \(row.place)"),
            .init(row.outcome ?? row.state, row.state == "unknown" ? .alarming : .normal),
            .init(row.host ?? HumanText.absent),
            .init(left), .init(joined, isInVain ? .alarming : .normal),
            .init(row.reason ?? row.lastLine ?? HumanText.absent),
        ]
    }
}
