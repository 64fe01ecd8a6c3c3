// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Certificates
import CommandLine
import Datasets
import Foundation
import Report
import Reporting
import ResultStore
import Vocabulary

/// Writes a report of some runs of a store.
struct ReportWriter {
    let store: ResultStore
    let runs: [RunRecord]
    let settings: AnswerSettings
    let library: DatasetLibrary
    let folder: ReportFolder
    /// Folders with checkpoints, besides where the sweep files say.
    let modelFolders: [String]
    /// What the page is called; nil for the sweeps' names.
    let title: String?

    /// Writes all files; the answer is the certificate's digest.
    ///
    /// - Parameters:
    ///   - key: Signs the certificate.
    ///   - crate: What is to be added for others' tools; nil for nothing.
    ///   - progress: Told what is being done.
    /// - Returns: The digest, in hexadecimal digits.
    /// - Throws: `ResultStoreError`, `FileError`, or what an answer lacks.
    func write(key: SigningKey?, crate: ReportCrate?, progress: (String) -> Void) throws -> String {
        progress("digests")
        let certified = try CertifiedResults(
            of: runs,
            in: store,
            statistics: Certificate.StatisticsSettings(
                seed: settings.seed,
                resamples: settings.replicates,
                smallestEffect: settings.smallestEffect,
                obviousEffect: settings.obviousEffect
            )
        )
        let sweeps = try writeSweeps()
        try writeCells(certified)
        let (chapters, findings) = try writeChapters(certified, progress)
        progress("page")
        let page = HTMLPage(try document(certified, chapters, findings, sweeps: sweeps, isSigned: key != nil))
        try folder.write(ReportFolder.page, "The report", bytes: Array(page.text.utf8))
        let files = folder.files.map { ResourceDescriptor(.file, $0.path, $0.content.digest) }
        let statement = try CertificateJSON.bytes(certified.statement(with: files.sorted { $0.name < $1.name }))
        let bytes = try key.signed(statement)
        try folder.write(CertificateFolder.name, "Digests of all results and files", bytes: bytes)
        try crate?.write(to: folder, certified.certificate, title: name, sweeps: sweeps)
        return certified.certificate.digest
    }

    private var name: String { title ?? Set(runs.map(\.sweep)).sorted().joined(separator: ", ") }

    /// Paths of what a run has of its own: those of a single run stand in the folder itself.
    private func place(of run: RunRecord) -> RunChapter.Place {
        guard runs.count > 1, let number = runs.firstIndex(of: run) else { return RunChapter.Place() }
        return RunChapter.Place(path: "\(run.id)/", id: "run-\(number + 1)-")
    }

    private func writeSweeps() throws -> [String] {
        try runs.map { run in
            let path = "\(place(of: run).path)sweep.yaml"
            let text = try store.sweepText(of: run.id)
            try folder.write(path, "The sweep file of run \(run.id)", bytes: Array(text.utf8))
            return path
        }
    }

    /// All cells, with the digests of their tables.
    private func writeCells(_ certified: CertifiedResults) throws {
        let digests = Dictionary(certified.cells.map { ($0.cell, $0.table) }) { first, _ in first }
        for run in runs {
            let path = "\(place(of: run).path)tables/cells.csv"
            let cells = try store.cells(of: run.id)
            let hasEstimates = cells.contains { $0.estimate != .standard }
            try folder.write(path, "All cells of run \(run.id), and the digests of their tables") { write in
                try write(
                    "cell,model,dataset,split,transform,parameters,seed,conditioning,images,recorded,table_sha256"
                        + (hasEstimates ? ",\(LikelihoodEstimate.keys.joined(separator: ","))\n" : "\n")
                )
                for cell in cells {
                    let names = [cell.model, cell.dataset, cell.split, cell.transform, cell.parameters].map(Self.field)
                    let counts = "\(cell.seed),\(cell.conditioning.rawValue),\(cell.images),\(cell.recordedImages)"
                    let digest = digests[cell.id].map { "\($0)" } ?? ""
                    let estimate = cell.estimate
                    let settings =
                        hasEstimates
                        ? ",\(estimate.kind.rawValue),\(estimate.draws),\(estimate.dequantisation.rawValue)" : ""
                    try write("\(cell.id),\(names.joined(separator: ",")),\(counts),\(digest)\(settings)\n")
                }
            }
        }
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private func writeChapters(
        _ certified: CertifiedResults,
        _ progress: (String) -> Void
    ) throws -> (chapters: [[ReportSection]], findings: [RunChapter.Findings]) {
        var (chapters, findings): ([[ReportSection]], [RunChapter.Findings]) = ([], [])
        for run in runs {
            let chapter = try RunChapter(
                run,
                in: store,
                settings,
                library: library,
                folder: folder,
                place: place(of: run),
                certificate: "sha256:\(certified.certificate.digest)"
            )
            let written = try chapter.write { progress(runs.count == 1 ? $0 : "\(run.id): \($0)") }
            chapters.append(written.sections)
            findings.append(written.findings)
        }
        return (chapters, findings)
    }
}

// The page.
extension ReportWriter {
    private func document(
        _ certified: CertifiedResults,
        _ chapters: [[ReportSection]],
        _ findings: [RunChapter.Findings],
        sweeps: [String],
        isSigned: Bool
    ) throws -> ReportDocument {
        let evidence = certified.certificate.evidence
        let own = zip(runs, chapters).enumerated().flatMap { number, chapter -> [ReportSection] in
            if runs.count == 1 { return chapter.1 }
            return [ReportSection(id: "run-\(number + 1)", title: "Run \(chapter.0.id)", sections: chapter.1)]
        }
        let trust = TrustSection(
            certificate: certified.certificate,
            folder: URL(filePath: folder.path).lastPathComponent,
            store: URL(filePath: store.path).lastPathComponent,
            sweeps: sweeps,
            isSigned: isSigned
        )
        let methods = MethodsSection.section(try models(certified), data: try slices(), settings)
        let sections =
            [summary(certified, findings)] + own + [methods, try missing(findings), trust.section, fileSection]
        return ReportDocument(
            title: name,
            subtitle:
                "BitSweep report: \(counted(runs.count, "run")), \(counted(evidence.cells, "cell")), \(HumanText.count(evidence.rows)) likelihoods",
            certificate: certified.certificate.digest,
            sections: sections
        )
    }

    private func summary(_ certified: CertifiedResults, _ findings: [RunChapter.Findings]) -> ReportSection {
        let evidence = certified.certificate.evidence
        let facts: [(name: String, text: ReportText)] =
            runs.map { run in
                let times = "\(run.created.formatted(.iso8601)) to \(run.updated.formatted(.iso8601))"
                return ("Run", "\(.code(run.id)), sweep \(run.sweep), \(run.state.rawValue), \(times)")
            } + [
                (
                    "Cells",
                    "\(HumanText.count(evidence.cells)), \(HumanText.count(evidence.completeCells)) of them complete"
                ),
                (
                    "Images",
                    "\(HumanText.count(evidence.rows)) of \(HumanText.count(evidence.images)) recorded; \(HumanText.count(evidence.nonFinite)) with a value that is no number"
                ),
                (
                    "Smallest effect",
                    "\(settings.smallestEffect) bits per dimension; \(settings.obviousEffect) is called obvious"
                ),
                ("Certificate", "\(.code("sha256:\(certified.certificate.digest)"))"),
            ]
        let sentences = zip(runs, findings).flatMap { run, findings in
            findings.sentences.map { sentence in
                runs.count == 1 ? sentence : ReportText([.plain("Run "), .code(run.id), .plain(": ")] + sentence.spans)
            }
        }
        return ReportSection(id: "summary", title: "Summary", blocks: [.facts(facts), .list(sentences)])
    }

    private func models(_ certified: CertifiedResults) throws -> [ReportedModel] {
        let files = SweepFiles(
            sweeps: try SweepFiles.texts(of: runs, in: store),
            store: store.path,
            folders: modelFolders,
            library: library
        )
        return certified.models.map { ReportedModel(name: $0.name, digest: $0.digest, files: files) }
    }

    /// The data slices of all runs by name, each once.
    private func slices() throws -> [(name: String, images: Int)] {
        var sizes: [String: Int] = [:]
        for run in runs {
            for cell in try store.cells(of: run.id) {
                let name = "\(cell.dataset)/\(cell.split)"
                sizes[name] = max(sizes[name] ?? 0, cell.images)
            }
        }
        return sizes.map { (name: $0.key, images: $0.value) }.sorted { $0.name < $1.name }
    }

    private func missing(_ findings: [RunChapter.Findings]) throws -> ReportSection {
        let parts = try zip(runs, findings).map { run, findings in
            try MissingSection.blocks(
                run,
                cells: store.cells(of: run.id),
                failures: store.failures(of: run.id),
                notes: findings.notes
            )
        }
        if runs.count == 1 {
            return ReportSection(id: "missing", title: "What is missing, and remarks", blocks: parts.flatMap(\.self))
        }
        return ReportSection(
            id: "missing",
            title: "What is missing, and remarks",
            sections: zip(runs, parts).enumerated().map { number, part in
                ReportSection(id: "missing-\(number + 1)", title: part.0.id, blocks: part.1)
            }
        )
    }

    private var fileSection: ReportSection {
        let rows = folder.files.sorted { $0.path < $1.path }.map { file in
            [file.path, file.description, HumanText.size(file.content.bytes), "\(file.content.digest)"]
        }
        let table = ReportTable(
            caption: "Files of this folder, besides this page and its certificate",
            columns: [.init("file"), .init("what it is"), .init("size", isNumber: true), .init("SHA-256")],
            rows: rows
        )
        return ReportSection(id: "files", title: "Files", blocks: [.table(table)])
    }
}
