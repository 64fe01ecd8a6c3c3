// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import ResultStore
import Scheduling
import Vocabulary

/// What came of the audits of a run and of its disputes, over all lives of its coordinator.
struct AuditReport: Hashable, Sendable {
    let audits: AuditTally
    let disputedShards: Int
    /// Whether all that is left is to wait for whoever may make the audits.
    let isWaiting: Bool

    /// Nothing was to be audited.
    init() {
        (audits, disputedShards, isWaiting) = (AuditTally(), 0, false)
    }

    init(_ progress: RunProgress, after earlier: EarlierLives) {
        let counts = progress.counts
        let now = AuditTally(done: counts.audits, missing: counts.auditsSkipped + progress.gauges.openAudits)
        audits = earlier.audits + now
        disputedShards = earlier.disputedShards + counts.disputes
        isWaiting = progress.isWaitingForAuditor
    }

    /// Whether every chosen shard was audited, and no rows are in dispute.
    var isClean: Bool { audits.missing == 0 && disputedShards == 0 }

    /// What the user must know at the end of a run; nothing where all was done and agreed.
    var lines: [String] {
        var lines: [String] = []
        if audits.missing > 0 {
            let chosen = audits.done + audits.missing
            lines.append(
                "AUDIT NOT DONE for \(HumanText.count(audits.missing)) of \(counted(chosen, "chosen shard")): "
                    + "no worker of another key and another host computed them again"
            )
        }
        if disputedShards > 0 {
            lines.append(
                "DISPUTED: the rows of \(counted(disputedShards, "shard")) differ from another worker's, and no third one "
                    + "confirmed them; exports mark them in the column 'disputed'"
            )
        }
        return lines
    }

    /// Why nothing goes on; nil while something does.
    var waitingLine: String? {
        guard isWaiting else { return nil }
        return "waiting for a worker of another key and another host to audit \(counted(audits.missing, "shard"))"
    }
}
