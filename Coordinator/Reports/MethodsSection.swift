// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Report
import Reporting
import ResultStore
import Vocabulary

/// How a report's numbers were computed, in words.
enum MethodsSection {
    /// - Parameters:
    ///   - models: The models of all runs.
    ///   - data: The data slices: what they are called, and how many images they have.
    ///   - sweeps: The runs' ids, and what was another way than their sweep files say, as options of a command line.
    ///   - settings: What the statistics were made with.
    /// - Returns: The section.
    static func section(
        _ models: [ReportedModel],
        data: [(name: String, images: Int)],
        sweeps: [(run: String, options: [String])],
        _ settings: AnswerSettings
    ) -> ReportSection {
        ReportSection(
            id: "methods",
            title: "Methods",
            sections: [
                ReportSection(
                    id: "methods-models",
                    title: "Models",
                    blocks: [.facts(models.map { ($0.name, $0.text) })]
                ),
                ReportSection(
                    id: "methods-settings",
                    title: "Settings",
                    blocks: sweeps.contains { !$0.options.isEmpty } ? [.facts(sweeps.map(fact))] : []
                ),
                ReportSection(id: "methods-data", title: "Data", blocks: [.facts(data.map(fact))]),
                ReportSection(id: "methods-units", title: "Units", blocks: units(models, settings)),
                ReportSection(id: "methods-statistics", title: "Statistics", blocks: statistics(settings)),
            ].filter { !$0.isEmpty }
        )
    }

    private static func fact(_ slice: (name: String, images: Int)) -> (name: String, text: ReportText) {
        (slice.name, ReportText("\(HumanText.count(slice.images)) images; the sweep file says which"))
    }

    private static func fact(_ sweep: (run: String, options: [String])) -> (name: String, text: ReportText) {
        let options = sweep.options.enumerated().flatMap { number, option -> [ReportText.Span] in
            (number > 0 ? [.plain(" ")] : []) + [.code(option)]
        }
        return (sweep.run, options.isEmpty ? "as its sweep file says" : ReportText(options))
    }

    private static func units(_ models: [ReportedModel], _ settings: AnswerSettings) -> [ReportBlock] {
        let sizes = Set(models.compactMap(\.dimensions)).sorted()
        let bits = sizes.map { size in
            func bits(_ effect: Double) -> String { HumanText.fixed(effect * Double(size), decimals: 1) }
            return ReportText(
                "D = \(HumanText.count(size)): the smallest effect of \(settings.smallestEffect) is \(bits(settings.smallestEffect)) bits per image, "
                    + "the obvious one of \(settings.obviousEffect) is \(bits(settings.obviousEffect)) bits"
            )
        }
        return [
            .paragraph(
                """
                Likelihoods are in bits per dimension, −log₂ p(x) / D, where D is the number of values of the model's input. \
                More of them means less likely. Models with different D are compared with care: the same difference is more \
                bits per image where D is larger. Classifiers have no likelihood; of them the change of accuracy is shown.
                """
            ),
            .list(bits),
        ]
    }

    private static func statistics(_ settings: AnswerSettings) -> [ReportBlock] {
        let percent = HumanText.fixed(100 * settings.level, decimals: 0)
        return [
            .paragraph(
                """
                Every transformed image is compared with itself: a difference is its bits per dimension after the \
                transformation less those before, with the same dequantisation noise. Images, seeds and models are never pooled. \
                Intervals are over images, for the checkpoints at hand; they say nothing of other training runs.
                """
            ),
            .list([
                "Means have BCa bootstrap intervals of \(percent) %: \(HumanText.count(settings.replicates)) replicates, images resampled within classes, the same draws for all cells of a data slice (Philox, seed \(settings.seed)). Where values do not vary an interval is marked as not estimable.",
                "Verdicts: raised or lowered when the interval lies beyond ±\(settings.smallestEffect); equivalent when the 90 % interval lies within (two one-sided tests at 5 %); else undecided.",
                "Tests: Wilcoxon's signed-rank test with zeros dropped, p as log₁₀; adjusted by Holm's method within a family, by Benjamini and Hochberg's over grids that are explored.",
                "Sizes: the Hodges–Lehmann estimate, dz (mean over standard deviation), the matched rank-biserial correlation, and the share of images that were raised, with Wilson's interval.",
                "Dose: an isotonic fit of the mean differences; EC50 is where it reaches a rise of \(settings.rise) bits per dimension, by interpolation on the logarithm of the dose.",
                "Out of distribution: areas under the ROC curve by midranks with DeLong's variance and a logit interval, an outside image being positive; the rate of false positives at 95 % true positives for either class as the positive one; average precision as a sum of steps.",
            ]),
        ]
    }
}
