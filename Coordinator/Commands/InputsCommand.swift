// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Engine
import Files
import Kernels
import Networks
import Reporting
import ResultStore
import Vocabulary

/// `coordinator inputs`: what rows of a run were computed from.
struct InputsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inputs",
        abstract: "Write what models were given for chosen rows of a run, to compute them elsewhere.",
        discussion: """
            ROWS is comma-separated text whose first line names the columns; cell and
            index say which rows are meant, so that a part of an export will do.

            The output is a safetensors file. For every cell, by its id, it has tensors
            (images, rows, columns, channels): ID.original, the data set's pixels;
            ID.given, the numbers that the network scored; ID.dequantisation, the u of a
            flow's pixels; ID.noise, what noise was made of (ID.noise-2: a chain's second).
            The metadata's 'cells' is a JSON array with model, transformation, files and
            indices of each.

            All is made again on this machine from checkpoints and data sets that have
            the digests of those that were scored. scripts/second-opinion uses it.

            Examples:
              coordinator inputs --rows rows.csv --output inputs.safetensors
              printf 'cell,index\\n4f2a,17\\n' | coordinator inputs --rows - --output one.safetensors
            """
    )

    @OptionGroup var store: StoreOption

    @Option(help: .run, completion: .custom(Completion.runs))
    var run: String?

    @Option(help: ArgumentHelp("Which rows; - is standard input.", valueName: "ROWS"))
    var rows: String

    @Option(
        help: ArgumentHelp("A checkpoint that is no longer where the run had it; may be repeated.", valueName: "FILE")
    )
    var checkpoint: [String] = []

    @OptionGroup var data: DataOption

    @Option(
        help: ArgumentHelp(
            "The file to write; it appears when it is complete. - is standard output.",
            valueName: "FILE"
        )
    )
    var output: String

    func run() async throws {
        try await answering {
            let text: InputText
            do {
                text = try InputText(rows)
            } catch let error as InputTextError {
                throw CommandFailure.usage("\(error)")
            }
            let list = try RowList(parsing: text.text, file: text.file)
            let results = try store.openForReading()
            let answers = try RunAnswers(results, run: try store.run(run, in: results).id)
            let bytes = try bytes(of: list, answers)
            try DurableFile.write(to: output) { append in try append(bytes) }
            let count = list.rows.reduce(0) { $0 + $1.indices.count }
            let place = output == "-" ? "standard output" : output
            let cells = counted(list.rows.count, "cell")
            Terminal.error.tell("\(counted(count, "row")) of \(cells) of \(answers.run.id) in \(place)\n")
        }
    }

    private func bytes(of list: RowList, _ answers: RunAnswers) throws -> [UInt8] {
        let library = data.library()
        let work = try StoredWork(of: answers.run, in: answers.store, library: library, checkpoints: checkpoint)
        var engine = ShardEngine(
            library: library,
            kernels: KernelSet(try InstructionSet.ofProcess()),
            pool: WorkPool(threads: AvailableProcessors.own.count)
        )
        var file = InputsFile()
        for (id, indices) in list.rows {
            let cell = try answers.cell(named: id)
            let recorded = Set(try answers.store.images(of: cell.id))
            if let stranger = indices.first(where: { !recorded.contains($0) }) {
                throw CommandFailure.usage("image \(stranger) is not among the images of cell \(cell.id)")
            }
            let shard = try work.shard(of: cell, indices: indices)
            file.add(cell, shard, try engine.inputs(shard))
        }
        return try file.encoded()
    }
}
