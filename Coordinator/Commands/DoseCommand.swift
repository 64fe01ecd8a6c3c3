// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine

/// `coordinator dose`: at which dose bits per dimension rise by half a bit.
struct DoseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dose",
        abstract: "Show at which dose of a transformation bits per dimension rise by half a bit.",
        discussion: """
            For each model, data set and setting of the other parameters, the mean changes
            along one parameter (default: the scale of noise) are fitted by an isotonic
            curve, over the images that all settings have. EC50 is where the curve reaches
            --rise, by interpolation on the logarithm of the dose, with an interval from a
            bootstrap over images; it may lie outside the range. 'monotone p' is small
            where a monotone curve does not fit. The change point is the dose from which on
            the curve is another, with the share of replicates that agree. Of a classifier
            it is the error rate that rises. --points prints the curves.

            Examples:
              coordinator dose
              coordinator dose --where 'model=glow* mask=none' --points --csv > curve.csv
              coordinator dose --over levels --where 'transform=zero-latents' --rise -0.3
            """
    )

    @OptionGroup var options: AnswerOptions
    @OptionGroup var bootstrap: ReplicateOptions

    @Option(help: ArgumentHelp("The parameter, by its name in sweep files.", valueName: "PARAMETER"))
    var over = "scale"

    @Option(help: ArgumentHelp("The rise that counts, in bits per dimension; below 0, a fall.", valueName: "BITS"))
    var rise = 0.5

    @Flag(help: "Print the points of each curve instead of what they say.")
    var points = false

    func validate() throws {
        guard rise != 0, rise.isFinite else { throw ValidationError("--rise is a number other than 0") }
    }

    func run() async throws {
        try await answering {
            var settings = bootstrap.settings
            settings.rise = rise
            let answer = try options.answers(settings).doses(over: over)
            let empty = "No two cells differ in '\(over)' alone."
            guard points else { return try options.form.print(answer, empty: empty) }
            let rows = answer.rows.flatMap { row in row.points.map { DosePointRow(of: row, $0) } }
            try options.form.print(Answer(rows: rows, notes: answer.notes), empty: empty)
        }
    }
}
