// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import Report
import Reporting
import Vocabulary

/// What a reader of a report must believe, what was checked, and how to check it again.
struct TrustSection {
    let certificate: Certificate
    /// The report's folder and the store's file, as the commands name them.
    let folder: String
    let store: String
    /// The sweep files of the report.
    let sweeps: [String]
    let isSigned: Bool
    /// The models whose numbers are not the engine's, as tables show them.
    let foreignModels: [String]

    var section: ReportSection {
        ReportSection(
            id: "trust",
            title: "Trust and reproduction",
            blocks: [.paragraph(identity)],
            sections: [
                ReportSection(id: "trust-checked", title: "What was computed more than once", blocks: [.list(checked)]),
                ReportSection(id: "trust-needed", title: "What has to be believed", blocks: [.list(needed)]),
                ReportSection(id: "trust-again", title: "How to compute it again", blocks: again),
            ]
        )
    }

    private var identity: ReportText {
        let evidence = certificate.evidence
        let signed = isSigned ? "signed" : "not signed: it says what was computed, not who says so"
        return
            "The certificate of this report, \(.link(CertificateFolder.name, to: CertificateFolder.name)), has the digest \(.code("sha256:\(certificate.digest)")) and is \(signed). It covers \(counted(evidence.cells, "cell")) with \(HumanText.count(evidence.rows)) recorded images by the root \(.code(evidence.root)) of a tree of digests, and every file of this folder by its own. Arithmetic: numerics \(evidence.numerics) (\(evidence.fingerprint))."
    }

    private var checked: [ReportText] {
        certificate.making.runs.map { run in
            let asked = run.audits + run.auditsMissing
            let audits =
                asked == 0
                ? "no audits were asked for"
                : "\(HumanText.count(run.audits)) of \(counted(asked, "shard")) chosen for an audit were computed a second time elsewhere"
            let again = HumanText.count(run.duplicates)
            return
                "Run \(.code(run.id)): \(again) images arrived more than once and were equal bit for bit, \(HumanText.count(run.mismatches)) differed; \(audits)."
        }
    }

    /// What is different of numbers that a scorer gave, or a file.
    private var foreign: [ReportText] {
        if foreignModels.isEmpty { return [] }
        return [
            "The numbers of \(foreignModels.joined(separator: ", ")) are not the engine's: the certificate says what was recorded, and \(.code("coordinator verify")) cannot compute them again. Where they arrived more than once they were equal within the tolerance that the sweep file states, not bit for bit."
        ]
    }

    private var needed: [ReportText] {
        foreign + [
            "Without computing anything again: that whoever made this report ran the program named below, on the models and images whose digests the certificate has.",
            "After \(.code("coordinator verify")): the program itself, the checkpoints and the images. A sample of likelihoods, which nobody can choose, was then computed again and is equal bit for bit.",
            "That a checkpoint was trained as it says is not part of this; training a recipe again gives the same bits.",
        ]
    }

    private var again: [ReportBlock] {
        let machines = certificate.making.machines.map { machine in
            "\(counted(machine.workers, "worker")) on \(counted(machine.hosts, "machine")) with \(machine.instructionSet), \(HumanText.fixed(machine.engineHours, decimals: 2)) engine hours"
        }
        let program = certificate.making.program
        return [
            .paragraph("Check a sample on this machine, then everything from nothing:"),
            .commands(
                ["coordinator verify \(folder) --store \(store) --sample 1%"]
                    + sweeps.map { "coordinator run \(folder)/\($0) --store again.sqlite --local-workers 2" }
            ),
            .paragraph(
                "Verdicts: bit-identical, when every value has the same bits; statistically equal, when bits differ and the mean difference is equivalent to none (two one-sided tests at 5 %); different. Made with \(program.name) \(program.version) (commit \(program.commit)): \(machines.joined(separator: "; "))."
            ),
        ]
    }
}
