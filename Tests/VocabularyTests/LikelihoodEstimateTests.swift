// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct LikelihoodEstimateTests {
    private static let all = LikelihoodEstimate.Kind.allCases.flatMap { kind in
        LikelihoodEstimate.Dequantisation.allCases.flatMap { dequantisation in
            [1, 2, 1024].map { LikelihoodEstimate(kind: kind, draws: $0, dequantisation: dequantisation) }
        }
    }

    @Test("its text reads back to it, and the standard one has none")
    func text() {
        for estimate in Self.all { #expect(LikelihoodEstimate(text: estimate.text) == estimate) }
        #expect(Set(Self.all.map(\.text)).count == Self.all.count)
        #expect(LikelihoodEstimate.standard.text.isEmpty && LikelihoodEstimate.standard.caption == nil)
    }

    @Test(
        "other texts are none",
        arguments: [
            "likelihood=density", "draws=1", "draws=0", "draws=1025", "draws=8 draws=8", "draws=8 likelihood=interval",
            "likelihood=exact", "dequantisation", "label", " draws=8", "draws=08",
        ]
    )
    func strange(text: String) {
        #expect(LikelihoodEstimate(text: text) == nil)
    }

    @Test("captions say what is not standard")
    func captions() {
        let estimate = LikelihoodEstimate(kind: .interval, draws: 8)
        #expect(estimate.label("glow-affine") == "glow-affine (interval, 8 draws)")
        #expect(LikelihoodEstimate(dequantisation: .zero).label("glow") == "glow (dequantisation zero)")
        #expect(LikelihoodEstimate.standard.label("glow") == "glow")
    }

    @Test("a family is asked for nothing that it cannot give")
    func families() {
        #expect(Self.all.filter { $0.problem(of: .resnet) == nil } == [.standard])
        #expect(
            Self.all.filter { $0.problem(of: .pixelcnn) == nil } == [.standard, LikelihoodEstimate(kind: .interval)]
        )
        let fixed = [LikelihoodEstimate(dequantisation: .zero), LikelihoodEstimate(dequantisation: .centre)]
        let drawn = Self.all.filter { $0.dequantisation == .uniform && !$0.kind.isForeign }
        #expect(Set(Self.all.filter { $0.problem(of: .glow) == nil }) == Set(drawn + fixed))
    }
}
