// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine

/// `coordinator ood`: whether a model tells data sets apart.
struct OODCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ood",
        abstract: "Show how well each model tells one data set from another, by several scores.",
        discussion: """
            Every two data sets that a model scored under identity are compared, each way:
            the inside set is taken for the model's own, the outside set is the positive
            class, and larger scores are stranger. Scores:
              likelihood            bits per dimension
              typicality            distance of these from their mean, over the training
                                    images where the run has them, else the inside set's
              complexity-corrected  bits per dimension less what PNG or zlib needs; wants
                                    the images (--data)
              level z               of a Glow, |z| of each level's squared latents, and
                                    the largest
              mean change           mean change over the transformations both sets have
              stirring, shaking     how much more likely images become on average by
                                    dihedral maps, by patch shuffles, by both
            AUROC counts ties half, its interval is DeLong's on the logit scale. FPR95 has
            two meanings, and both stand there: 'out+' with outside images as positives,
            'in+' with inside images. Nothing is trained or chosen on the outside set.

            Examples:
              coordinator ood --where 'model=glow*' --inside fashion-mnist
              coordinator ood --data ~/datasets --json
            """
    )

    @OptionGroup var options: AnswerOptions
    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("Only this data set as the inside one. (default: each)", valueName: "NAME"))
    var inside: String?

    func run() async throws {
        try await answering {
            let answer = try options.answers().outOfDistribution(inside: inside, library: data.library())
            try options.form.print(answer, empty: "")
        }
    }
}
