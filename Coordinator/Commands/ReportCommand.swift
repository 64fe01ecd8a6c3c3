// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import Certificates
import CommandLine
import Figures
import Foundation
import Report
import Reporting
import ResultStore
import Vocabulary

/// `coordinator report`: everything that runs say, as a page, figures, tables and a certificate.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report of runs: one page, its figures and tables as files, a certificate.",
        discussion: """
            The folder holds index.html, which needs no other file, no script and no
            network; figures as SVG, and as PDF and PNG where rsvg-convert is installed;
            every table as CSV and Markdown; statistics.json; the sweep files; and
            certificate.json, which 'coordinator verify' checks. It appears when it is
            complete. Images are drawn where this machine has their data sets and
            checkpoints; what it lacks is named. Runs that are not complete are reported as far as
            they are recorded, and the page says what is missing and why.

            Examples:
              coordinator report --output report
              coordinator report --run run-1 --run run-2 --output report --overwrite
              coordinator report --output report --crate --sign lab.pem
            """
    )

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp("A run; may be given several times. (default: the newest)", valueName: "RUN"),
        completion: .custom(Completion.runs)
    )
    var run: [String] = []

    @Option(help: ArgumentHelp("The folder to write.", valueName: "DIR"))
    var output: String

    @Flag(help: "Replace the report that is there.")
    var overwrite = false

    @Option(help: ArgumentHelp("What the page is called. (default: the sweeps' names)", valueName: "TEXT"))
    var title: String?

    @Option(
        help: ArgumentHelp(
            "Formats of figures besides SVG, such as 'pdf,png', or 'none'. (default: both where rsvg-convert is installed)",
            valueName: "LIST"
        )
    )
    var formats: String?

    @OptionGroup var bootstrap: BootstrapOptions

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("A folder with checkpoints that are not where the sweep file says.", valueName: "DIR"))
    var models: [String] = []

    @Option(help: ArgumentHelp("Sign the certificate with the key in FILE.", valueName: "FILE"))
    var sign: String?

    @Flag(help: "Add ro-crate-metadata.json (Process Run Crate) and codecheck.yml.")
    var crate = false

    @Option(help: ArgumentHelp("The licence of the folder's files, by its address; with --crate.", valueName: "URL"))
    var license: String?

    func validate() throws {
        if license != nil, !crate { throw ValidationError("--license is written by --crate") }
        _ = try wantedFormats()
    }

    /// The formats that were named; nil where none were.
    private func wantedFormats() throws -> [FigureFile.Format]? {
        guard let formats, formats != "none" else { return formats.map { _ in [] } }
        return try formats.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let format = FigureFile.Format(rawValue: String(name)), format != .svg else {
                throw ValidationError("--formats is pdf, png, pdf,png or none")
            }
            return format
        }.unrepeated
    }

    /// The formats that this machine can make, and a remark where it can make none that nobody asked for.
    private func figureFormats() throws -> (formats: FigureFormats, remarks: [String]) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let (wanted, isInstalled) = (try wantedFormats(), FigureFile.program(in: path) != nil)
        if let first = wanted?.first, !isInstalled {
            throw CommandFailure.failed("\(FigureFileError.noConverter(first))")
        }
        let formats = FigureFormats(all: wanted ?? (isInstalled ? [.pdf, .png] : []), searchPath: path)
        guard wanted == nil, !isInstalled else { return (formats, []) }
        let remark = "Figures are SVG alone: \(FigureFile.converter), which makes PDF and PNG, is not installed."
        return (formats, [remark])
    }

    func run() async throws {
        try await answering {
            let (formats, remarks) = try figureFormats()
            let key = try sign.map { try SigningKey(file: $0) }
            let results = try store.openForReading()
            let runs = try store.runs(run, in: results)
            do {
                let folder = try ReportFolder(output, marker: CertificateFolder.name, overwrites: overwrite)
                let writer = ReportWriter(
                    store: results,
                    runs: runs,
                    settings: bootstrap.settings,
                    library: data.library(),
                    folder: folder,
                    modelFolders: models,
                    formats: formats,
                    title: title,
                    remarks: remarks
                )
                let shows = Terminal.error.isRewritable
                let certified = try writer.write(key: key, crate: crate ? ReportCrate(license: license) : nil) { step in
                    if shows { Terminal.error.tell("\r\u{1B}[K\(step) …") }
                }
                if shows { Terminal.error.tell("\r\u{1B}[K") }
                try folder.finish()
                let size = HumanText.size(folder.files.reduce(0) { $0 + $1.content.bytes })
                Terminal.error.tell(
                    "\(folder.path)/\(ReportFolder.page): \(folder.files.count) files, \(size), certificate sha256:\(certified)\n"
                )
            } catch let error as ReportFolderError {
                throw CommandFailure.usage("\(error)")
            } catch let error as FigureFileError {
                throw CommandFailure.failed("\(error)")
            }
        }
    }
}
