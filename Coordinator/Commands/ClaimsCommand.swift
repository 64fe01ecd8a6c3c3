// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine

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
            MNIST lower BPD; (j) patch shuffles hurt a PixelCNN++; (k) the change under
            transformations tells what BPD does not; (l) levels move as their scale says.

            All measured rows are one family, adjusted by Holm's method. A model is asked
            about the data set that its name says it was trained on (fashion, or mnist
            alone), and about all where it says none.

            Examples:
              coordinator claims
              coordinator claims --where 'model=glow*' --json
            """
    )

    @OptionGroup var options: AnswerOptions
    @OptionGroup var bootstrap: BootstrapOptions

    @Option(
        help: ArgumentHelp("The smallest effect that is obvious, in bits per dimension.", valueName: "DELTA")
    )
    var obviousEffect = AnswerSettings().obviousEffect

    func validate() throws {
        guard obviousEffect > 0, obviousEffect.isFinite else {
            throw ValidationError("--obvious-effect is a number above 0")
        }
    }

    func run() async throws {
        try await answering {
            var settings = bootstrap.settings
            settings.obviousEffect = obviousEffect
            try options.form.print(try options.answers(settings).claims(), empty: "")
        }
    }
}
