// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Answers
public import ArgumentParser
import CommandLine

/// `coordinator effects`: what each transformation did, per cell and class.
struct EffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects",
        abstract: "Show what each transformation did: mean change with interval, sizes, verdict.",
        discussion: """
            Each transformed cell is compared, image by image, with the same images under
            identity: a row for all classes together and one for each class. Of models of
            images the change is in bits per dimension (measure bpd), of classifiers in
            accuracy. Cells of several models, seeds and data sets are never pooled.

            The interval is a BCa bootstrap over images, resampled within classes. The
            verdict compares it with --smallest-effect: raised or lowered when it lies
            beyond, equivalent when the 90 % interval lies within, else undecided. HL is
            the Hodges-Lehmann estimate, dz the mean over the standard deviation, 'raised'
            the share of images with a change above 0.

            p is Wilcoxon's signed-rank test, zeros dropped, adjusted by Holm's method over
            the models, data sets and seeds of one transformation with its parameters; of a
            transformation with more than 8 settings, which is a grid that is explored, by
            Benjamini and Hochberg's over all of them ("by").

            --against shorter compares each chain with the chain without its last member
            (of two, with the first alone), which must be in the run, too: what the last
            one did to images that the others had changed.

            Examples:
              coordinator effects --where 'transform=translate class=all'
              coordinator effects --where 'model=glow* scale=1e-3' --smallest-effect 0.05
              coordinator effects --where transform=chain --against shorter
              coordinator effects --csv > effects.csv
            """
    )

    @OptionGroup var options: AnswerOptions
    @OptionGroup var bootstrap: BootstrapOptions

    @Option(help: "What cells are compared with: identity, or shorter (see above).")
    var against = EffectBaseline.identity

    func run() async throws {
        try await answering {
            var settings = bootstrap.settings
            settings.against = against
            let answer = try options.answers(settings).effects()
            try options.form.print(answer, empty: "No transformed cell has results that can be compared yet.")
        }
    }
}

extension EffectBaseline: ExpressibleByArgument {}
