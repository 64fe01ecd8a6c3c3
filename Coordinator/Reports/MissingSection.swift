// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Report
import Reporting
import ResultStore
import Vocabulary

/// What a run's results lack, and why.
enum MissingSection {
    /// Cells and reasons that the page lists; the rest is counted.
    private static let most = 20

    /// - Parameters:
    ///   - run: The run.
    ///   - cells: Its cells.
    ///   - failures: Its failed attempts.
    ///   - notes: What the answers lack.
    /// - Returns: The blocks of the section; one sentence where nothing is missing.
    static func blocks(
        _ run: RunRecord,
        cells: [RunCell],
        failures: [FailureRecord],
        notes: [String]
    ) -> [ReportBlock] {
        var items: [ReportText] = []
        let incomplete = cells.filter { !$0.isComplete }
        items += incomplete.prefix(most).map { cell in
            "Cell \(.code("\(cell.id)".prefix(12).description)) (\(cell.modelLabel), \(cell.dataset), \(cell.transform) \(cell.parameters)): \(HumanText.count(cell.recordedImages)) of \(counted(cell.images, "image")) recorded."
        }
        if incomplete.count > most {
            items.append("… and \(counted(incomplete.count - most, "more cell", "", "s")): tables/cells.csv has all.")
        }
        let given = FailureLines.groups(failures.filter(\.isTerminal), by: \.message)
        items += given.prefix(most).map { group in
            let images = group.reduce(0) { $0 + $1.attempt.shard.count }
            return
                "\(counted(group.count, "shard")) of \(counted(images, "image")) given up: \(group[group.count - 1].message)"
        }
        if run.audits.missing > 0 {
            items.append("\(counted(run.audits.missing, "shard", "was", "were")) chosen for an audit and not audited.")
        }
        if run.disputedShards > 0 {
            items.append(
                "Rows of \(counted(run.disputedShards, "shard", "are", "are")) disputed: two workers computed different bits."
            )
        }
        items += notes.map { ReportText($0) }
        return items.isEmpty ? [.paragraph("Nothing: every image of every cell is recorded.")] : [.list(items)]
    }
}
