// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import Vocabulary

/// Everything that `worker doctor` found.
struct Examination {
    private(set) var findings: [Finding] = []

    /// Nothing but what would keep a worker from working counts.
    var isWell: Bool { count(.wrong) == 0 }

    mutating func add(_ findings: [Finding]) { self.findings += findings }

    /// One line for each finding, another for what to do, and a verdict.
    var lines: [String] {
        let width = findings.map(\.check.count).max() ?? 0
        let margin = String(repeating: " ", count: 9 + width)
        let rows = findings.flatMap { finding -> [String] in
            let name = finding.check + String(repeating: " ", count: width - finding.check.count)
            let row = "\(Self.sign(finding.verdict))  \(name)  \(finding.found)"
            return [row] + (finding.advice.map { ["\(margin)→ \($0)"] } ?? [])
        }
        return rows + ["", conclusion]
    }

    /// The object that `--json` prints.
    func json() throws -> String {
        struct Report: Encodable {
            let host: String
            let version: String
            let commit: String
            let well: Bool
            let findings: [Finding]
        }
        return try ReportJSON.text(
            Report(
                host: ProcessInfo.processInfo.hostName,
                version: VersionOption.number,
                commit: VersionOption.commit,
                well: isWell,
                findings: findings
            )
        )
    }

    private var conclusion: String {
        let (wrong, warnings) = (count(.wrong), count(.warning))
        let remarks = warnings == 0 ? "" : "; \(counted(warnings, "thing")) could be better"
        return wrong == 0
            ? "A worker can work here\(remarks)." : "\(counted(wrong, "thing", "is", "are")) wrong\(remarks)."
    }

    private func count(_ verdict: Finding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

    private static func sign(_ verdict: Finding.Verdict) -> String {
        switch verdict {
        case .ok: "ok   "
        case .warning: "note "
        case .wrong: "WRONG"
        }
    }
}
