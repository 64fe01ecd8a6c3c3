// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Reporting
import ResultStore

/// What has become of one machine of a host file, as `launch ssh` says it.
package struct SSHRow: Hashable, Sendable, Encodable {
    let host: String
    /// `joined`, `started`, `runs` or `failed`.
    let result: String
    let job: String?
    /// Whether the executable had to be brought there.
    let copied: Bool
    let reason: String?

    package init(_ outcome: SSHStart.Outcome) {
        (host, result, job) = (outcome.host.name, outcome.result.rawValue, outcome.job?.id)
        (copied, reason) = (outcome.hasCopied, outcome.reason)
    }
}

/// The table of `launch ssh`.
package enum SSHTable {
    /// Lays the table out, with all of each reason: it is what the user has to act on.
    package static func lines(_ rows: [SSHRow], style: TextStyle = .plain) -> [String] {
        var table = TextTable(
            columns: [
                .init("host", .text(minimum: 8)), .init("result", .text(minimum: 6)), .init("job", .text(minimum: 6)),
                .init("executable", .text(minimum: 6)), .init("why, or its last line", .text(minimum: 20)),
            ]
        )
        for row in rows {
            let isFailed = row.result == SSHStart.Outcome.Result.failed.rawValue
            table.append([
                .init(row.host, .strong), .init(row.result, isFailed ? .alarming : .normal),
                .init(row.job ?? HumanText.absent),
                .init(row.copied ? "copied" : isFailed ? HumanText.absent : "was there"),
                .init(row.reason ?? HumanText.absent),
            ])
        }
        return table.lines(width: nil, style: style)
    }
}
