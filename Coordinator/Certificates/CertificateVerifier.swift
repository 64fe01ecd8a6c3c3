// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import CommandLine
import Foundation
import Reporting
import ResultStore
import Vocabulary

/// Checks a certificate against the files beside it, a store, and what this machine computes.
struct CertificateVerifier {
    let folder: CertificateFolder
    /// A mean difference below it, in bits per dimension, is none.
    let smallestEffect: Double
    private(set) var check = CertificateCheck()
    /// What came of computing again; nil as long as nothing was.
    private(set) var recomputed: RecomputedRows?

    init(_ folder: CertificateFolder, smallestEffect: Double) {
        self.folder = folder
        self.smallestEffect = smallestEffect
    }

    private var certificate: Certificate { folder.file.certificate }

    /// What is certified, and by whom.
    mutating func checkSignature(_ key: VerificationKey?) {
        let evidence = certificate.evidence
        let size = "\(counted(evidence.cells, "cell")), \(Self.images(evidence.rows))"
        check.pass("certificate", "\(size), digest \(certificate.digest)")
        guard let envelope = folder.file.envelope else {
            if key == nil { check.say("signature", "none: the certificate says what was computed, not who says so") }
            if key != nil { check.fail("signature", "none, though --public-key asks for one") }
            return
        }
        guard let key else {
            let ids = envelope.signatures.map { $0.keyid.prefix(16) }.joined(separator: ", ")
            return check.say("signature", "of key \(ids)…, not looked at; give --public-key FILE")
        }
        if envelope.isSigned(by: key) {
            check.pass("signature", "that of key \(key.id.prefix(16))…")
        } else {
            check.fail("signature", "not that of key \(key.id.prefix(16))…")
        }
    }

    /// The files beside the certificate.
    mutating func checkFiles() {
        guard !folder.file.files.isEmpty else { return }
        let findings = folder.checkFiles()
        let count = "\(findings.intact) of \(counted(folder.file.files.count, "file"))"
        if findings.problems.isEmpty {
            check.pass("files", "\(count) as certified")
        } else {
            check.say("files", "\(count) as certified")
            for problem in findings.problems { check.fail("files", problem) }
        }
        let shown = findings.strangers.prefix(3).joined(separator: ", ")
        let count2 = findings.strangers.count
        if count2 > 0 {
            check.say("files", "\(counted(count2, "file")) not certified: \(shown)\(count2 > 3 ? ", …" : "")")
        }
    }

    /// The cells of `runs`, all of them by their digests; the answer is the sample to compute again.
    mutating func checkStore(_ store: ResultStore, _ runs: [RunRecord], sample: SampleSize) throws -> [RowsOfCell] {
        let rows = certificate.evidence.rows
        guard let digest = Digest(hexadecimal: certificate.digest) else { return [] }
        var draw = RowSample(count: sample.count(of: rows), of: rows, by: digest)
        var (cells, wanted): ([CellDigest], [RowsOfCell]) = ([], [])
        try store.forEachTable(of: runs.map(\.id)) { cell in
            cells.append(CellDigest(cell: cell.id, table: cell.table.canonicalDigest))
            let positions = draw.draw(among: cell.table.indices.count)
            guard !positions.isEmpty else { return }
            wanted.append(RowsOfCell(cell, rows: cell.table.rows(at: positions)))
        }
        let root = MerkleTree(cells.map(\.leaf)).root
        if root == folder.file.root {
            check.pass("store", "\(counted(cells.count, "cell")) of \(store.path) have the certified root")
        } else {
            let counts =
                cells.count == certificate.evidence.cells
                ? "" : ": \(counted(cells.count, "cell")) instead of \(certificate.evidence.cells)"
            check.fail(
                "store",
                "the results in \(store.path) are not the certified ones\(counts); their root is \(root)"
            )
        }
        return wanted
    }

    /// A cell by itself: the path from its digest to the root.
    mutating func checkProof(_ proof: CellProof) -> RowsOfCell? {
        guard let identity = proof.identity, let root = proof.root else {
            check.fail("proof", "damaged: the cell's id does not follow from what it says")
            return nil
        }
        guard root == folder.file.root, proof.cells == certificate.evidence.cells else {
            check.fail("proof", "cell \(identity.id) is not one of the certified ones: its path leads to \(root)")
            return nil
        }
        check.pass("proof", "cell \(identity.id) with table \(proof.table.prefix(16))… leads to the certified root")
        return RowsOfCell(
            identity: identity,
            model: identity.model.description.prefix(12).description,
            dataset: "\(proof.data.prefix(12))",
            split: proof.split,
            images: proof.images,
            rows: ResultTable(indices: proof.images, columns: [])
        )
    }

    /// Computes a proof's cell again, whose table must have the digest that the proof says.
    mutating func recompute(_ cell: RowsOfCell, of proof: CellProof, _ machine: inout Recomputation) {
        do {
            let table = try machine.table(of: cell)
            if "\(table.canonicalDigest)" == proof.table {
                check.pass(
                    "recomputed",
                    "all \(Self.images(proof.images.count)) of the cell; the digest of their table is the certified one"
                )
            } else {
                check.fail(
                    "recomputed",
                    "all \(Self.images(proof.images.count)) of the cell; the digest of their table is \(table.canonicalDigest)"
                )
            }
        } catch {
            check.cannot("recomputed", error.reason)
        }
    }

    /// Computes the sample again.
    ///
    /// - Parameters:
    ///   - wanted: The rows, with what is recorded of them.
    ///   - machine: What computes.
    ///   - progress: Told how many images are done.
    mutating func recompute(_ wanted: [RowsOfCell], _ machine: inout Recomputation, progress: (Int) -> Void) {
        var (result, done) = (RecomputedRows(), 0)
        // Neighbours share a model, and its encodings of the images.
        for cell in wanted.sorted(by: { $0.order.lexicographicallyPrecedes($1.order) }) {
            do {
                let table = try machine.table(of: cell)
                result.add(TableDifference(recorded: cell.rows, recomputed: table), to: cell)
            } catch {
                result.add(error, to: cell)
            }
            done += cell.rows.indices.count
            progress(done)
        }
        recomputed = result
        judge(result)
    }

    private mutating func judge(_ result: RecomputedRows) {
        for (reason, images) in result.obstacles.sorted(by: { $0.key < $1.key }) {
            check.cannot("not recomputed", "\(Self.images(images)): \(reason)")
        }
        let share = "\(HumanText.count(result.cells)) of \(counted(certificate.evidence.cells, "cell"))"
        guard result.images > 0 else {
            if result.obstacles.isEmpty { check.cannot("recomputed", "nothing: there are no recorded images") }
            return
        }
        check.say(
            "recomputed",
            "\(Self.images(result.images)) of \(HumanText.count(certificate.evidence.rows)), in \(share)"
        )
        let bound = WrongShare.upperBound(wrong: result.wrong, of: result.images)
        let isAll = result.images == certificate.evidence.rows
        let words = isAll ? "of all" : "at 95 % confidence at most \(Self.percent(bound)) of all images differ"
        let title = "\(result.wrong) of \(HumanText.count(result.images))\(isAll ? "" : ";") \(words)"
        switch result.verdict(smallestEffect: smallestEffect) {
        case .bitIdentical: check.pass("mismatches", title)
        case .statisticallyEqual: check.warn("mismatches", title)
        case .different: check.fail("mismatches", title)
        }
        if let first = result.first { check.say("mismatches", "the first: cell \(first)") }
    }

    /// The verdict on what was computed again and on everything else.
    var verdict: String {
        if !check.failed.isEmpty { return CheckVerdict.different.rawValue }
        if !check.warned.isEmpty {
            return "\(CheckVerdict.statisticallyEqual.rawValue): the mean difference is within ±\(smallestEffect)"
        }
        return check.obstacles.isEmpty ? CheckVerdict.bitIdentical.rawValue : "not checked to the end"
    }

    private static func images(_ count: Int) -> String {
        "\(HumanText.count(count)) \(count == 1 ? "image" : "images")"
    }

    private static func percent(_ share: Double) -> String {
        let percent = 100 * share
        return "\(HumanText.fixed(percent, decimals: percent >= 9.995 ? 1 : percent >= 0.0995 ? 2 : 4)) %"
    }
}

extension RowsOfCell {
    /// Rows of a cell of a store.
    init(_ cell: StoredCell, rows: ResultTable) {
        self.init(
            identity: cell.identity,
            model: cell.model,
            dataset: cell.dataset,
            split: cell.split,
            images: cell.images,
            rows: rows
        )
    }

    /// Cells with much in common come one after the other.
    fileprivate var order: [String] {
        ["\(identity.model)", "\(identity.data)", "\(identity.seed)", identity.transform.name, "\(identity.id)"]
    }
}
