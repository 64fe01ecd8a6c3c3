// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Figures
import Files
import Foundation
import Networks
import ResultStore
import Vocabulary

/// `coordinator figure`: one figure of a run, for a paper.
struct FigureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figure",
        abstract: "Draw a figure of a run's results as SVG, PDF or PNG.",
        discussion: """
            Figures are 89 or 183 mm wide with text of 5 to 7 points. What a figure shows
            is printed as a sentence and stands in the file for those who cannot see it.
            PDF and PNG (300 dpi) are made by rsvg-convert. KIND is one of:

              bars           bits per dimension by class, original and transformed
              forest         mean differences with intervals and the smallest effect
              dose           differences over doses, isotonic fit and EC50
              phase          what shifts do, by dx and dy
              decomposition  which terms of a Glow's likelihood moved
              ecdf           shares of images by bits per dimension
              quantiles      dots at equal shares for every class
              ood-matrix     AUROC of every score for pairs of data sets
              ood-histogram  bits per dimension of several data sets
              code-lengths   bits of every pixel, of one cell of a PixelCNN++
              examples       images under transformations with their bits per dimension

            Examples:
              coordinator figure bars --transform 'translate dx=-1 dy=0' \\
                --transform 'noise scale=1e-3 mask=none' --output bars.pdf
              coordinator figure forest --where 'model=glow*' --width 183 --output f.svg
              coordinator figure code-lengths --cell 'noise scale=1e-3 model=pixelcnn*' \\
                --indices 0,1,2 --output bits.svg
            """
    )

    @Argument(help: ArgumentHelp("What is drawn.", valueName: "KIND"))
    var kind: FigureKind

    @Option(help: ArgumentHelp("The .svg, .pdf or .png to write; - is standard output, as SVG.", valueName: "FILE"))
    var output: String

    @OptionGroup var store: StoreOption

    @Option(help: .run, completion: .custom(Completion.runs))
    var run: String?

    @OptionGroup var filter: FilterOption

    @Option(help: ArgumentHelp("Width in mm: 89 (a column) or 183 (a page).", valueName: "MM"))
    var width = 89

    @Option(help: ArgumentHelp("What stands above the figure.", valueName: "TEXT"))
    var title: String?

    @Flag(help: "Leave the caption out of the picture.")
    var noCaption = false

    @Option(
        help: ArgumentHelp(
            "A transformation beside the original, such as 'noise scale=1e-3'; may be repeated. For bars, ecdf, quantiles and examples.",
            valueName: "TRANSFORM"
        ),
        completion: .custom(Completion.transforms)
    )
    var transform: [String] = []

    @Option(help: ArgumentHelp("The parameter that is the dose.", valueName: "PARAMETER"))
    var over = "scale"

    @Option(
        help: ArgumentHelp("The cell of code-lengths: the beginning of its id, or words.", valueName: "CELL"),
        completion: .custom(Completion.cells)
    )
    var cell: String?

    @Option(help: ArgumentHelp("The images of sheets, such as 0,7,42. (default: one a class)", valueName: "LIST"))
    var indices: String?

    @Option(help: ArgumentHelp("A checkpoint that is no longer where the run had it.", valueName: "FILE"))
    var checkpoint: [String] = []

    @OptionGroup var bootstrap: BootstrapOptions
    @OptionGroup var data: DataOption

    func validate() throws {
        guard FigureWidth(rawValue: Double(width)) != nil else { throw ValidationError("--width is 89 or 183") }
        guard output == "-" || FigureFile.Format(path: output) != nil else {
            throw ValidationError("\(FigureFileError.unknownFormat(path: output))")
        }
        if kind == .codeLengths, cell == nil { throw ValidationError("code-lengths needs --cell CELL") }
        if kind != .codeLengths, cell != nil { throw ValidationError("--cell is for code-lengths; use --where") }
        if kind != .codeLengths, kind != .examples, indices != nil {
            throw ValidationError("--indices is for code-lengths and examples")
        }
        _ = try chosenIndices()
    }

    func run() async throws {
        try await answering {
            let figure = try figure()
            do {
                let format = FigureFile.Format(path: output) ?? .svg
                let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
                let bytes = try FigureFile.bytes(of: figure.svg, as: format, searchPath: search)
                try DurableFile.write(bytes, to: output)
            } catch let error as FigureFileError {
                throw CommandFailure.failed("\(error)")
            }
            guard output != "-" else { return Terminal.error.tell("\(figure.finding)\n") }
            try Terminal.output.write("\(figure.finding)\n")
        }
    }

    private func chosenIndices() throws -> [UInt32]? {
        guard let indices else { return nil }
        let numbers = indices.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) }
        let known = numbers.compactMap(\.self)
        guard known.count == numbers.count, Set(known).count == known.count else {
            throw ValidationError("--indices are different whole numbers with commas between them, such as 0,7,42")
        }
        return known.sorted()
    }

    /// The command without what depends on this machine: it stands in the file.
    private var spelled: String {
        var words = ["coordinator figure \(kind.rawValue)"]
        if !filter.text.isEmpty { words.append("--where '\(filter.text)'") }
        words += transform.map { "--transform '\($0)'" }
        if let cell { words.append("--cell '\(cell)'") }
        if let indices { words.append("--indices \(indices)") }
        if over != "scale" { words.append("--over \(over)") }
        let (own, plain) = (bootstrap.settings, AnswerSettings())
        if own.smallestEffect != plain.smallestEffect { words.append("--smallest-effect \(own.smallestEffect)") }
        if own.seed != plain.seed { words.append("--seed \(own.seed)") }
        if own.replicates != plain.replicates { words.append("--replicates \(own.replicates)") }
        words.append("--width \(width)")
        return words.joined(separator: " ")
    }

    private func figure() throws -> any Figure {
        let results = try store.openForReading()
        let record = try store.run(run, in: results)
        let answers = try RunAnswers(
            results,
            run: record.id,
            filter: try CellFilter(parsing: kind.narrowed(filter.text)),
            settings: bootstrap.settings
        )
        let figures = RunFigures(
            answers: answers,
            width: FigureWidth(rawValue: Double(width)) ?? .column,
            showsCaption: !noCaption,
            title: title,
            sources: ["run": answers.run.id, "sweep": "\(answers.run.digest)", "command": spelled]
        )
        Terminal.error.tell(lines: answers.notes)
        return try figure(figures, answers)
    }

    private func figure(_ figures: RunFigures, _ answers: RunAnswers) throws -> any Figure {
        switch kind {
        case .bars: return try figures.bars(shown(answers, most: 3))
        case .quantiles: return try figures.distribution(shown(answers, most: 2), .quantiles)
        case .ecdf: return try figures.distribution(shown(answers, most: 5), .cumulative)
        case .forest: return figures.forest(try answers.effects().rows.filter { isShown($0.label, answers) })
        case .phase: return try figures.phaseMap(try answers.effects().rows)
        case .dose: return figures.doses(try answers.doses(over: over).rows)
        case .decomposition: return try figures.decomposition(try answers.decompositions().rows)
        case .oodMatrix: return figures.areas(try answers.outOfDistribution(library: data.library()).rows)
        case .oodHistogram: return try figures.histograms(try ComparedDatasets(answers))
        case .examples:
            let shown = try shown(answers, most: 4)
            var images = try images(answers)
            return try figures.examples(shown, chosenIndices(), &images)
        case .codeLengths:
            var images = try images(answers)
            let cell = try answers.cell(named: self.cell ?? "")
            return try figures.codeLengths(of: cell, chosenIndices(), &images)
        }
    }

    /// A forest has a row for each cell, or for each class that was asked for.
    private func isShown(_ label: Int?, _ answers: RunAnswers) -> Bool {
        answers.filter.namesClasses || label == nil
    }

    /// The cells of figures that have room for few transformations, unless the user chose them.
    private func shown(_ answers: RunAnswers, most: Int) throws -> ShownCells {
        let isChosen = answers.filter.namesTransforms || !transform.isEmpty
        let chosen = try transform.map { text in
            do {
                return try CellFilter(parsing: text)
            } catch {
                throw CommandFailure.usage("--transform: \(error)")
            }
        }
        let shown = try ShownCells(answers, chosen, most: isChosen ? 12 : most)
        if let remark = shown.remark { Terminal.error.tell("\(remark)\n") }
        return shown
    }

    private func images(_ answers: RunAnswers) throws -> StoredImages {
        try StoredImages(of: answers.run, in: answers.store, library: data.library(), checkpoints: checkpoint)
    }
}

/// What `coordinator figure` draws.
enum FigureKind: String, CaseIterable, ExpressibleByArgument {
    case bars, forest, dose, phase, decomposition, ecdf, quantiles, examples
    case oodMatrix = "ood-matrix"
    case oodHistogram = "ood-histogram"
    case codeLengths = "code-lengths"

    /// The filter with what a kind is about anyway.
    func narrowed(_ filter: String) -> String {
        let own = self == .phase ? "transform=translate" : nil
        guard let own, !filter.contains("transform=") else { return filter }
        return filter.isEmpty ? own : "\(filter) \(own)"
    }
}
