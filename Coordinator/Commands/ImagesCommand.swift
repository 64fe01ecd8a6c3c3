// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Answers
public import ArgumentParser
import CommandLine
import Datasets
import Engine
import Figures
import Files
import Reporting
import ResultStore
import Vocabulary

/// `coordinator images`: what the images look like that changed most.
struct ImagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Draw a cell's images that changed most: original, transformed, difference.",
        discussion: """
            The transformed image is drawn as the model saw it; for zero-latents that is
            the decoded one. Under each stand its bits per dimension as recorded, in a
            table on standard output too. The images are made again on this machine from
            the checkpoint and the data set of the cell, found by the run's sweep file and
            used only when their digests are those that were scored.

            CELL is the beginning of a cell's id, or words that only it fits.

            Examples:
              coordinator images 4f2a --output sheet.png
              coordinator images 'noise scale=1e-3 model=glow-affine-mnist seed=0' \\
                --top 8 --by bpd --where class=1,7 --output ones-and-sevens.png
            """
    )

    @Argument(
        help: ArgumentHelp("The cell: the beginning of its id, or 'TRANSFORM KEY=VALUE …'.", valueName: "CELL"),
        completion: .custom(Completion.cells)
    )
    var cell: String

    @Option(help: ArgumentHelp("The most images.", valueName: "N"))
    var top = 16

    @Option(help: ArgumentHelp("What comes first: the largest change, or the most bpd.", valueName: "change|bpd"))
    var by: ExampleOrder = .change

    @Option(help: ArgumentHelp("The PNG to write; - is standard output, which then has no table.", valueName: "FILE"))
    var output: String

    @Option(
        help: ArgumentHelp("A checkpoint that is no longer where the run had it; may be repeated.", valueName: "FILE")
    )
    var checkpoint: [String] = []

    @OptionGroup var options: AnswerOptions
    @OptionGroup var data: DataOption

    func validate() throws {
        guard (1...400).contains(top) else { throw ValidationError("--top is a number from 1 to 400") }
    }

    func run() async throws {
        try await answering {
            let answers = try options.answers()
            let cell = try answers.cell(named: self.cell)
            guard !cell.isIdentity else {
                throw AnswerError.notOneCell("cell \(cell.id) is the untransformed one; name a transformed cell")
            }
            let rows = try answers.examples(of: cell, first: top, by: by)
            guard !rows.isEmpty else {
                throw AnswerError.nothingToCompare("cell \(cell.id) has no recorded image of these classes")
            }
            let sheet = try sheet(of: rows, cell, answers)
            try DurableFile.write(to: output) { append in try append(try sheet.png()) }
            guard output != "-" else { return }
            let drawn = "\(counted(rows.count, "image")) of cell \(cell.id) in \(output)"
            try options.form.print(Answer(rows: rows, notes: answers.notes + [drawn]), empty: "")
        }
    }

    private func sheet(of rows: [ExampleRow], _ cell: RunCell, _ answers: RunAnswers) throws -> ExampleSheet {
        var images = try StoredImages(
            of: answers.run,
            in: answers.store,
            library: data.library(),
            checkpoints: checkpoint
        )
        let indices = rows.map(\.index).sorted()
        let (originals, transformed) = try images.views(of: cell, at: indices)
        let places = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
        let examples = rows.compactMap { row in
            places[row.index].map { place in
                ExampleSheet.Example(
                    title: "#\(row.index) class \(row.label)",
                    original: originals.images[place],
                    transformed: transformed.images[place],
                    originalCaption: HumanText.fixed(Double(row.before), decimals: 3),
                    transformedCaption: HumanText.fixed(Double(row.after), decimals: 3),
                    differenceCaption: HumanText.fixed(row.change, decimals: 3, signed: true)
                )
            }
        }
        return ExampleSheet(
            imageHeight: transformed.shape.height,
            imageWidth: transformed.shape.width,
            channels: transformed.shape.channels,
            heading: [
                "\(cell.modelLabel) on \(cell.dataset)/\(cell.split), seed \(cell.seed)",
                "\(cell.briefTransform): bits per dimension under each",
            ],
            examples: examples
        )
    }
}

extension ExampleOrder: ExpressibleByArgument {}
