// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import SweepPlan
import Testing
import Vocabulary

@testable import Training

@Suite("a released checkpoint", .timeLimit(.minutes(5)))
struct TrainingReleaseTests {
    private func trained(_ steps: Int = 5) throws -> TrainingSession {
        let session = try SmallTraining.session(SmallTraining.recipe(length: .steps(steps)))
        while !session.isComplete { try session.advance() }
        return session
    }

    private func checkpoint(_ release: TrainingRelease) throws -> Checkpoint {
        try Checkpoint(SafetensorsFile(bytes: release.bytes, name: "release"))
    }

    @Test("holds the averaged weights bit for bit, and nothing of the optimiser")
    func weights() throws {
        let session = try trained()
        let release = try #require(try session.release())
        let checkpoint = try checkpoint(release)
        let layout = session.trainer.layout
        #expect(layout.vector(checkpoint.parameters).elements == session.releasedParameters.elements)
        #expect(session.releasedParameters.elements != session.parameters.elements)
        #expect(Set(checkpoint.parameters.tensors.keys) == Set(layout.specs.map(\.name)))
        #expect(release.precision == .float32 && release.change == 0)
    }

    @Test("says where it comes from")
    func provenance() throws {
        let session = try trained()
        let release = try #require(try session.release(commit: "0123abc"))
        let text = try checkpoint(release).metadata.provenance
        #expect(text == release.provenance)
        for part in [
            "recipe small (sha256 \(session.recipe.digest))",
            "on 32 images of glyphs train (sha256 \(session.dataDigest))",
            "5 steps of 6 images", "validation on 8 others: \(release.validation.loss) bits/dim", "commit 0123abc",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test("equal trainings release equal bytes, for any number of threads")
    func equalBytes() throws {
        let releases = try [1, 2].map { threads in
            let session = try SmallTraining.session(SmallTraining.recipe(length: .steps(4)), threads: threads)
            while !session.isComplete { try session.advance() }
            return try #require(try session.release(precision: .float16)).bytes
        }
        #expect(releases[0] == releases[1])
    }

    @Test("stored in 16 bits it scores as it says, and is smaller", arguments: [Recipe.Precision.float16, .bfloat16])
    func rounded(_ precision: Recipe.Precision) throws {
        let session = try trained()
        let exact = try #require(try session.release())
        let release = try #require(try session.release(precision: precision))
        let found = try #require(try session.validation(of: checkpoint(release), while: { true }))
        #expect(found == release.validation && abs(release.change) < 1e-3)
        #expect(release.change == found.loss - exact.validation.loss)
        if release.precision == precision {
            #expect(release.bytes.count < exact.bytes.count)
            #expect(release.provenance.contains("stored as \(precision.rawValue), which changed the loss by"))
        }
        #expect(release.precision == (precision == .float16 ? .float16 : release.precision))
    }

    @Test("16 bits that would move the validation loss by 1e-3 are refused for float32")
    func tooCoarse() throws {
        let session = try trained()
        // Hidden weights whose rounding the network cannot hide.
        let layout = session.trainer.layout
        for spec in layout.specs where spec.name.hasSuffix("second.weight") {
            for index in layout.range(spec.name) { session.average?.values[index] *= 40 + 0.3 * Float(index % 7) }
        }
        let release = try #require(try session.release(precision: .bfloat16))
        #expect(release.precision == .float32 && release.change == 0)
        #expect(abs(try #require(release.refusedChange)) >= 1e-3)
        #expect(!release.provenance.contains("bfloat16"))
    }

    @Test("is given up when nobody wants it any more")
    func cancelled() throws {
        #expect(try trained().release(while: { false }) == nil)
    }
}
