// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Foundation
import Report
import Reporting
import ResultStore
import Statistics
import Vocabulary

/// What a report says of one run: its answers, as sections of the page and as files.
struct RunChapter {
    /// Rows that the page shows of a table, and that a file of Markdown has; CSV files have all.
    private static let (shown, inMarkdown) = (150, 5000)
    /// Above so many cells the answers are about all classes together: rows for each class would be millions.
    private static let mostCellsByClass = 20_000

    private let answers: RunAnswers
    private let library: DatasetLibrary
    private let checkpoints: [String]
    private let folder: ReportFolder
    private let place: Place
    private let figures: ReportFigures

    /// Where a chapter's files, and its places in the page, are.
    struct Place {
        /// What stands before the names of files: empty, or a folder and a slash.
        var path = ""
        /// What stands before ids within the page.
        var id = ""
    }

    /// What the report's summary and its other chapters need of this one.
    struct Findings {
        /// What was found, in a sentence each.
        var sentences: [ReportText] = []
        /// What the answers lack.
        var notes: [String] = []
    }

    /// - Parameters:
    ///   - run: The run.
    ///   - store: Its store.
    ///   - settings: What statistics are made with.
    ///   - library: Where images are looked for.
    ///   - checkpoints: Files that are taken for checkpoints which are not where the sweep file says.
    ///   - folder: Where files go.
    ///   - place: Where in the folder.
    ///   - certificate: The digest that figures carry.
    ///   - formats: The formats of figures beside SVG, and where the converter is looked for.
    /// - Throws: `ResultStoreError`.
    init(
        _ run: RunRecord,
        in store: ResultStore,
        _ settings: AnswerSettings,
        library: DatasetLibrary,
        checkpoints: [String],
        folder: ReportFolder,
        place: Place,
        certificate: String,
        formats: FigureFormats
    ) throws {
        let filter = run.cells > Self.mostCellsByClass ? try CellFilter(parsing: "class=all") : .all
        answers = try RunAnswers(store, run: run.id, filter: filter, settings: settings)
        (self.library, self.checkpoints) = (library, checkpoints)
        self.folder = folder
        self.place = place
        figures = ReportFigures(
            answers,
            certificate: certificate,
            files: ReportFigureFiles(folder: folder, path: "\(place.path)figures/", formats: formats)
        )
    }

    /// Asks all questions, writes all files, and tells `progress` what is being done.
    func write(progress: (String) -> Void) throws -> (sections: [ReportSection], findings: Findings) {
        var findings = Findings(notes: answers.notes)
        progress("effects")
        let effects = try kept(answers.effects(), &findings)
        progress("doses")
        let doses = try kept(answers.doses(), &findings)
        progress("decompositions")
        let decompositions = try kept(answers.decompositions(), &findings)
        progress("out-of-distribution scores")
        let ood = try kept(answers.outOfDistribution(library: library), &findings)
        progress("claims")
        var asked = answers
        asked.library = library
        let claims = try kept(asked.claims(), &findings)
        var statistics = try StatisticsFile(answers.settings, run: answers.run.id, sweep: answers.run.sweep)
        statistics.add("effects", effects)
        statistics.add("dose", doses)
        statistics.add("decomposition", decompositions)
        statistics.add("ood", ood)
        statistics.add("claims", claims)
        try folder.write("\(place.path)statistics.json", "All statistics of run \(answers.run.id), for programs") {
            try statistics.write(to: $0)
        }
        progress("figures")
        findings.sentences = FoundSentences.sentences(effects, claims)
        let pictures = try pictures(effects, &findings)
        let sections = try [
            section(claims),
            pictures.examples,
            section(effects),
            classes(effects),
            section(doses),
            section(decompositions),
            pictures.codeLengths,
            section(ood),
        ]
        return (sections.filter { !$0.isEmpty }, findings)
    }

    /// The sections that need the images themselves; where they, or a checkpoint, are not to be had the report says so.
    private func pictures(
        _ effects: [EffectRow],
        _ findings: inout Findings
    ) throws -> (examples: ReportSection, codeLengths: ReportSection) {
        var missing = MissingImages()
        defer { findings.notes += missing.notes }
        let found = try missing.noting("images") {
            try StoredImages(
                of: answers.run,
                in: answers.store,
                library: library,
                checkpoints: checkpoints,
                advice: "name its folder with --models"
            )
        }
        guard var images = found else { return (ReportSection(id: "", title: ""), ReportSection(id: "", title: "")) }
        let examples = try figures.examples(effects, &images, &missing)
        let maps = try figures.codeLengths(effects, &images, &missing)
        return (
            ReportSection(id: "\(place.id)examples", title: "Examples", blocks: examples.map { .figure($0) }),
            ReportSection(
                id: "\(place.id)code-lengths",
                title: "Bits of each pixel",
                blocks: maps.isEmpty ? [] : [.paragraph(Self.mapsText)] + maps.map { .figure($0) }
            )
        )
    }

    private static let mapsText: ReportText =
        "What each pixel costs given those before it, of the first setting of each kind of transformation that raised or lowered bits per dimension."

    /// The rows of an answer, whose remarks are kept.
    private func kept<Row>(_ answer: @autoclosure () throws -> Answer<Row>, _ findings: inout Findings) throws -> [Row]
    {
        do {
            let answer = try answer()
            findings.notes += answer.notes.filter { !findings.notes.contains($0) }
            return answer.rows
        } catch AnswerError.nothingToCompare {
            // The run asks nothing of the kind; that is no gap.
            return []
        }
    }
}

// Sections.
extension RunChapter {
    private func section(_ claims: [ClaimRow]) throws -> ReportSection {
        guard !claims.isEmpty else { return ReportSection(id: "", title: "") }
        let table = try table("claims", "Claims about likelihoods under imperceptible changes", claims)
        return ReportSection(
            id: "\(place.id)claims",
            title: "Claims",
            blocks: [
                .paragraph(
                    "Each claim is put to every model and data set that has cells for it, at 5 % after Holm's adjustment over all rows of the table."
                ), .table(table),
            ]
        )
    }

    private func section(_ effects: [EffectRow]) throws -> ReportSection {
        guard !effects.isEmpty else { return ReportSection(id: "", title: "") }
        let overall = effects.filter { $0.label == nil }
        let byClass = try table("effects", "Effects, of all classes together and class by class", effects)
        var table = ReportTable("Effects, all classes together", overall, limit: Self.shown, files: byClass.files)
        table.total = effects.count
        return ReportSection(
            id: "\(place.id)effects",
            title: "Effects",
            blocks: [
                .paragraph(
                    "What each transformation did to the same images: mean change with its interval, sizes, and the verdict against ±\(answers.settings.smallestEffect)."
                )
            ] + (try figures.forests(overall)).map { .figure($0) }
                + (try figures.shifts(overall)).map { .figure($0) } + [.table(table)]
        )
    }

    /// Bits per dimension before and after: of every class, and how they are distributed.
    private func classes(_ effects: [EffectRow]) throws -> ReportSection {
        ReportSection(
            id: "\(place.id)classes",
            title: "Classes and distributions",
            blocks: try figures.classes(effects).map { .figure($0) }
        )
    }

    private func section(_ doses: [DoseRow]) throws -> ReportSection {
        guard !doses.isEmpty else { return ReportSection(id: "", title: "") }
        let points = doses.flatMap { row in row.points.map { DosePointRow(of: row, $0) } }
        let curves = try table("dose-points", "Points of the dose-response curves", points)
        let table = try table("dose", "At which dose bits per dimension rise by \(answers.settings.rise)", doses)
        return ReportSection(
            id: "\(place.id)dose",
            title: "Dose and response",
            blocks: (try figures.doses(doses)).map { .figure($0) } + [.table(table), .table(curves)]
        )
    }

    private func section(_ decompositions: [DecompositionRow]) throws -> ReportSection {
        guard !decompositions.isEmpty else { return ReportSection(id: "", title: "") }
        let overall = decompositions.filter { $0.label == nil && $0.level == nil }
        let all = try table("decomposition", "Terms of the likelihood by level and class", decompositions)
        var table = ReportTable("Terms of the likelihood, all levels", overall, limit: Self.shown, files: all.files)
        table.total = decompositions.count
        return ReportSection(
            id: "\(place.id)decomposition",
            title: "Terms of the likelihood",
            blocks: [
                .paragraph(
                    "Which terms of Glow's likelihood moved, in bits per dimension: what makes an image less likely is above zero."
                )
            ] + (try figures.decompositions(decompositions)).map { .figure($0) } + [.table(table)]
        )
    }

    private func section(_ ood: [OODRow]) throws -> ReportSection {
        guard !ood.isEmpty else { return ReportSection(id: "", title: "") }
        let table = try table("ood", "How well scores tell data sets apart", ood)
        return ReportSection(
            id: "\(place.id)ood",
            title: "Out of distribution",
            blocks: (try figures.areas(ood) + figures.histograms()).map { .figure($0) } + [.table(table)]
        )
    }

    /// The first rows for the page; all of them as CSV, and as many as anybody reads as Markdown.
    private func table<Row: AnswerRow>(_ name: String, _ caption: String, _ rows: [Row]) throws -> ReportTable {
        let files = ["csv", "md"].map { "\(place.path)tables/\(name).\($0)" }
        try folder.write(files[0], caption) { write in try AnswerText.csv(rows, to: write) }
        let markdown = ReportTable(caption, rows, limit: Self.inMarkdown).markdown
        try folder.write(files[1], caption) { write in try write(markdown) }
        return ReportTable(caption, rows, limit: Self.shown, files: files)
    }
}
