// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct DecompositionTests {
    /// Tables of `count` images with random terms, whose `bpd` follows from them by the identity of docs/NUMBERS.md.
    private func table(_ count: Int, levels: Int, dimensions: Int, seed: UInt64) -> [String: [Double]] {
        var random = SplitMix64(seed: seed)
        var columns: [String: [Double]] = [:]
        for level in 1...levels {
            for name in ["logdet", "quadratic", "logscale"] {
                columns["\(name).\(level)"] = (0..<count).map { _ in .random(in: -500...500, using: &random) }
            }
        }
        columns["mixture"] = (0..<count).map { _ in .random(in: 0...3, using: &random) }
        let d = Double(dimensions)
        columns["bpd"] = (0..<count).map { image in
            let terms = columns.filter { $0.key != "bpd" }
                .map { name, values in name.hasPrefix("logdet") ? -values[image] : values[image] }
            return (d * (log(256) + 0.5 * log(2 * Double.pi)) + terms.reduce(0, +)) / (d * log(2))
        }
        return columns
    }

    @Test("the terms add up to the mean difference, and each says what it moved")
    func identity() throws {
        let (clean, changed) = (
            table(50, levels: 3, dimensions: 64, seed: 1), table(50, levels: 3, dimensions: 64, seed: 2)
        )
        let result = try #require(LikelihoodDecomposition(clean: clean, transformed: changed, dimensions: 64))
        #expect(result.terms.count == 10 && result.count == 50 && result.nonFinite == 0)
        let sum = result.terms.map(\.meanDifference).reduce(0, +)
        #expect(abs(sum - result.meanDifference) < 1e-12 && abs(result.residual) < 1e-12)
        let expected = zip(changed["logdet.2"] ?? [], clean["logdet.2"] ?? []).map { $1 - $0 }.reduce(0, +)
        let term = result.terms.first { $0.kind == .logDeterminant && $0.level == 2 }
        #expect(agree(term?.meanDifference, expected / 50 / (64 * log(2)), to: 1e-10))
        let byKind = LikelihoodDecomposition.Kind.allCases.map(result.total).reduce(0, +)
        #expect(abs(byKind - result.meanDifference) < 1e-12)
        let mixture = result.terms.last?.meanDifference ?? .nan
        let byLevel = (1...3).map(result.total(ofLevel:)).reduce(mixture, +)
        #expect(abs(byLevel - result.meanDifference) < 1e-12)
    }

    @Test("what the terms do not explain is the residual")
    func residual() throws {
        let clean = table(20, levels: 2, dimensions: 16, seed: 1)
        var changed = clean
        changed["bpd"] = clean["bpd"]?.map { $0 + 0.25 }
        let result = try #require(LikelihoodDecomposition(clean: clean, transformed: changed, dimensions: 16))
        #expect(agree(result.residual, 0.25) && result.terms.allSatisfy { $0.meanDifference == 0 })
    }

    @Test("an image with a term that is not finite is left out of all terms, and counted")
    func nonFinite() throws {
        let clean = table(20, levels: 2, dimensions: 16, seed: 1)
        var changed = table(20, levels: 2, dimensions: 16, seed: 5)
        changed["quadratic.2"]?[7] = .infinity
        let result = try #require(LikelihoodDecomposition(clean: clean, transformed: changed, dimensions: 16))
        #expect(result.count == 19 && result.nonFinite == 1 && abs(result.residual) < 1e-12)
        #expect(result.terms.allSatisfy { $0.differences[7].isNaN && $0.differences[8].isFinite })
    }

    @Test("a table without levels has no decomposition")
    func noLevels() {
        let columns = ["bpd": [1.0], "nll": [2.0]]
        #expect(LikelihoodDecomposition(clean: columns, transformed: columns, dimensions: 4) == nil)
    }

    @Test("the latents of the levels are halves of what is left, and all of it at the last")
    func levels() {
        #expect(Typicality.levelDimensions(of: 1024, levels: 5) == [512, 256, 128, 64, 64])
        #expect(Typicality.levelDimensions(of: 48, levels: 1) == [48])
    }

    @Test("a level's z is the standardised chi-square of its latents")
    func typicality() {
        #expect(Typicality.distances([1, 3.5], trainingMean: 2) == [1, 1.5])
        #expect(Typicality.levelScores(quadratic: [256, 272], dimensions: 512) == [0, 1])
        let quadratics = [[256.0, 272, 240], [128, 128, .nan]]
        let greatest = Typicality.greatestLevelScores(quadratics: quadratics, dimensions: [512, 256])
        #expect(greatest[0] == 0 && greatest[1] == 1 && greatest[2].isNaN)
        let twoSided = Typicality.greatestLevelScores(
            quadratics: [[240], [128]],
            dimensions: [512, 256],
            twoSided: true
        )
        #expect(twoSided == [1])
        #expect(Typicality.greatestLevelScores(quadratics: [], dimensions: []) == [])
    }
}
