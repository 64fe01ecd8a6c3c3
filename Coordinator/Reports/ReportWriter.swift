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
import SweepPlan
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
    let formats: FigureFormats
    /// What the page is called; nil for the sweeps' names.
    let title: String?
    /// What the user should know besides of what the page lacks.
    let remarks: [String]

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
        let cells = try runs.map { try store.cells(of: $0.id) }
        try writeCells(cells, certified)
        let (chapters, findings) = try writeChapters(certified, progress)
        progress("page")
        let page = HTMLPage(try document(certified, cells, chapters, findings, sweeps: sweeps, isSigned: key != nil))
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
    private func writeCells(_ cells: [[RunCell]], _ certified: CertifiedResults) throws {
        let digests = Dictionary(certified.cells.map { ($0.cell, $0.table) }) { first, _ in first }
        for (run, cells) in zip(runs, cells) {
            let path = "\(place(of: run).path)tables/cells.csv"
            let hasEstimates = cells.contains { $0.estimate != .standard }
            try folder.write(path, "All cells of run \(run.id), and the digests of their tables") { write in
                try write(
                    "cell,model,dataset,split,transform,parameters,seed,conditioning,images,recorded,table_sha256"
                        + (hasEstimates ? ",\(LikelihoodEstimate.keys.joined(separator: ","))\n" : "\n")
                )
                for cell in cells {
                    let names = [cell.model, cell.dataset, cell.split, cell.transform, cell.parameters]
                        .map(AnswerText.field)
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

    private func writeChapters(
        _ certified: CertifiedResults,
        _ progress: (String) -> Void
    ) throws -> (chapters: [[ReportSection]], findings: [RunChapter.Findings]) {
        var (chapters, findings): ([[ReportSection]], [RunChapter.Findings]) = ([], [])
        let checkpoints = modelFolders.map { URL(filePath: $0, directoryHint: .isDirectory) }
            .flatMap { SweepFiles.checkpoints(in: $0) }
        for run in runs {
            let chapter = try RunChapter(
                run,
                in: store,
                settings,
                library: library,
                checkpoints: checkpoints,
                folder: folder,
                place: place(of: run),
                certificate: "sha256:\(certified.certificate.digest)",
                formats: formats
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
        _ cells: [[RunCell]],
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
            isSigned: isSigned,
            foreignModels: Set(cells.joined().filter(\.estimate.kind.isForeign).map(\.modelLabel)).sorted()
        )
        let methods = MethodsSection.section(
            try models(certified),
            data: Self.slices(cells),
            sweeps: try runs.map { ($0.id, SweepSettings(of: try store.sweepText(of: $0.id)).texts) },
            settings
        )
        let sections =
            [summary(certified, findings)] + own + [methods, try missing(cells, findings), trust.section, fileSection]
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
    private static func slices(_ cells: [[RunCell]]) -> [(name: String, images: Int)] {
        let sizes = Dictionary(
            cells.flatMap(\.self).map { ("\($0.dataset)/\($0.split)", $0.images) },
            uniquingKeysWith: max
        )
        return sizes.map { (name: $0.key, images: $0.value) }.sorted { $0.name < $1.name }
    }

    private func missing(_ cells: [[RunCell]], _ findings: [RunChapter.Findings]) throws -> ReportSection {
        let parts = try zip(runs, zip(cells, findings)).map { run, part in
            try MissingSection.blocks(
                run,
                cells: part.0,
                failures: store.failures(of: run.id),
                notes: part.1.notes + remarks
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
