// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
public import Vocabulary

/// How a likelihood is taken from a model, as the settings of a sweep file's models say it.
struct EstimateOptions: ParsableArguments {
    @Option(help: "What is likely: density, the pixels as they are; interval, their 8-bit cells.")
    var likelihood = LikelihoodEstimate.Kind.density

    @Option(help: ArgumentHelp("Average a Glow's likelihood over K draws of dequantisation.", valueName: "K"))
    var draws = 1

    @Option(help: "Where in its cell a pixel of a Glow stands: uniform, a random place; zero or centre.")
    var dequantisation = LikelihoodEstimate.Dequantisation.uniform

    func validate() throws {
        let counts = LikelihoodEstimate.drawCounts
        guard counts.contains(draws) else {
            throw ValidationError("--draws takes \(counts.lowerBound) to \(counts.upperBound), not \(draws)")
        }
    }

    /// The options together.
    var estimate: LikelihoodEstimate {
        LikelihoodEstimate(kind: likelihood, draws: draws, dequantisation: dequantisation)
    }

    /// Refuses what means nothing to a model of `family`.
    func check(_ family: ModelFacts.Family, _ checkpoint: String) throws {
        guard let problem = estimate.problem(of: family) else { return }
        throw CommandFailure.usage("--\(problem.key): \(checkpoint): \(problem)")
    }
}

extension LikelihoodEstimate.Kind: ExpressibleByArgument {}

extension LikelihoodEstimate.Dequantisation: ExpressibleByArgument {}
