// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import ResultStore

/// `coordinator claims`: whether the paper's claims hold in a run.
struct ClaimsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims",
        abstract: "Put the paper's claims, and some newer ones, to a run.",
        discussion: """
            Each claim is an assertion about an effect, put to every model, data set and
            seed that the run has cells for: holds, fails, undecided, or not measured, with
            the effect and its interval over images. (a) translation raises a Glow's BPD
            obviously, a PixelCNN++ of 28x28 is robust; (b) one of 32x32 is not; (c) digit 1
            has the lowest BPD; (d) noise is catastrophic, for PixelCNN++ more than for
            Glow; (e) on the background alone about as bad; (f) zeroing latents raises
            likelihood, the first factor most; (g) an affine Glow's log-determinant varies
            little; (h) a classifier is barely affected; (i) a Fashion-trained Glow gives
            MNIST lower BPD; (j) rotations and patch shuffles hurt a PixelCNN++ more than
            noise of equal PSNR, which wants the images (--data); (k) the change under them
            tells what BPD does not; (l) levels move as their scale says.

            All measured rows are one family, adjusted by Holm's method. A model is asked
            about the data set that its checkpoint says it was trained on, or where the
            checkpoint is not to be had its name (fashion, or mnist alone), and about all
            where neither says one.

            With --readings each claim is measured in every way in which the paper can be
            read and that there are cells for: other fills, stages, noises, clamping,
            rounding, draws, conditioning, trainings. Of each claim are shown how many
            readings there are, under how many it holds, and which disagree; with --each,
            all of them.

            Examples:
              coordinator claims
              coordinator claims --where 'model=glow*' --json
              coordinator claims --readings --run glow-run --run pixelcnn-run
            """
    )

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp(
            "A run; of several, a claim is put to all of them together. (default: the newest)",
            valueName: "RUN"
        ),
        completion: .custom(Completion.runs)
    )
    var run: [String] = []

    @OptionGroup var filter: FilterOption
    @OptionGroup var form: AnswerForm
    @OptionGroup var bootstrap: BootstrapOptions
    @OptionGroup var data: DataOption

    @Flag(help: "Measure every reading of what the paper leaves open, and say under how many a claim holds.")
    var readings = false

    @Flag(help: "With --readings: a row for each reading.")
    var each = false

    @Option(
        help: ArgumentHelp(
            "A folder with checkpoints, for what they say of their training, beside those that the sweep files name.",
            valueName: "DIR"
        )
    )
    var models: [String] = []

    @Option(
        help: ArgumentHelp("The smallest effect that is obvious, in bits per dimension.", valueName: "DELTA")
    )
    var obviousEffect = AnswerSettings().obviousEffect

    func validate() throws {
        guard obviousEffect > 0, obviousEffect.isFinite else {
            throw ValidationError("--obvious-effect is a number above 0")
        }
        if each, !readings { throw ValidationError("--each shows the readings of --readings") }
    }

    func run() async throws {
        try await answering {
            let questions = try questions()
            guard readings else { return try form.print(try questions.claims(), empty: "") }
            let answer = try questions.readings()
            if each { return try form.print(answer, empty: "no claim was measured") }
            let robustness = Answer(rows: RobustnessRow.rows(of: answer.rows), notes: answer.notes)
            try form.print(robustness, empty: "no claim was measured")
        }
    }

    private func questions() throws -> ClaimQuestions {
        var settings = bootstrap.settings
        settings.obviousEffect = obviousEffect
        let results = try store.openForReading()
        let runs = try store.runs(run, in: results)
        let filter = try filter.parsed()
        // What is asked for need not be in each of several runs.
        let answers = try runs.compactMap { run -> RunAnswers? in
            do {
                var answers = try RunAnswers(results, run: run.id, filter: filter, settings: settings)
                answers.library = data.library()
                return answers
            } catch AnswerError.noCell(_, _, _) where runs.count > 1 {
                return nil
            }
        }
        guard !answers.isEmpty else { throw CommandFailure.usage("no cell of these runs passes --where") }
        let checkpoints = try KnownCheckpoints.facts(of: runs, in: results, folders: models)
        return try ClaimQuestions(answers, checkpoints: checkpoints)
    }
}
