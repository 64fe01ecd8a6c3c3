// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Testing
import Vocabulary

@Suite("the trainings that a checkpoint tells of")
struct TrainingHistoryTests {
    private func metadata(_ training: TrainingHistory?, provenance: String = "") -> CheckpointMetadata {
        CheckpointMetadata(
            architecture: .resnet(ResNetConfiguration()),
            preprocessing: .resize,
            provenance: provenance,
            training: training
        )
    }

    private var legs: [TrainingLeg] {
        var (first, second) = (TrainingLeg(), TrainingLeg())
        (first.recipe, first.steps, first.epochs, first.validation) = ("small", 6000, 1.75, 1.125)
        first.note = "by hand; on a Sunday"
        (second.start, second.recipeDigest, second.dataDigest) = (Digest(of: [1]), Digest(of: [2]), Digest(of: [3]))
        (second.recipe, second.data, second.trainer) = ("wide", "mnist", "the PyTorch twin")
        (second.steps, second.batch, second.epochs, second.accuracy) = (250, 16, 0.0625, 0.993)
        second.grownFrom = "blocks 1, filters 32"
        return [first, second]
    }

    @Test("what is written is read, with the sums over all legs")
    func roundTrip() throws {
        let written = metadata(TrainingHistory(legs))
        let texts = written.texts
        #expect(texts["training.legs"] == "2" && texts["training.steps"] == "6250")
        #expect(texts["training.epochs"] == "1.8125" && texts["training.2.start"] == "\(Digest(of: [1]))")
        let read = try CheckpointMetadata(texts, file: "f")
        #expect(read == written && read.history.legs == legs)
        var unknown = legs
        unknown[0].epochs = nil
        #expect(TrainingHistory(unknown).epochs == nil && TrainingHistory(unknown).steps == 6250)
        #expect(metadata(unknown.isEmpty ? nil : TrainingHistory(unknown)).texts["training.epochs"] == nil)
    }

    @Test("what was no history stays none: reading and writing an older file gives the same bytes")
    func older() throws {
        let texts = metadata(nil, provenance: "by hand").texts
        #expect(!texts.keys.contains { $0.hasPrefix("training") })
        #expect(try CheckpointMetadata(texts, file: "f").texts == texts)
        #expect(try CheckpointMetadata(texts, file: "f").history.legs.map(\.note) == ["by hand"])
        #expect(metadata(nil).history.legs.isEmpty)
    }

    @Test("of older checkpoints the provenance tells")
    func provenance() throws {
        let digest = String(repeating: "0a", count: 32)
        let own = metadata(
            nil,
            provenance: "trained by recipe glow-affine-mnist (sha256 \(digest)); on 55000 images of mnist train "
                + "(sha256 \(digest)); 6325 steps of 64 images; validation on 5000 others: 1.8441 bits/dim"
        ).history
        let leg = try #require(own.legs.first)
        #expect(leg.recipe == "glow-affine-mnist" && leg.recipeDigest == Digest(hexadecimal: digest))
        #expect(leg.data == "mnist" && leg.dataDigest == Digest(hexadecimal: digest))
        #expect(own.steps == 6325 && leg.batch == 64 && leg.validation == 1.8441)
        #expect(own.epochs == 6325.0 / 859, "55000 images are 859 whole batches of 64")
        let twin = metadata(
            nil,
            provenance: "9787 steps of batch 64 on 55,000 fashion-mnist training images by the PyTorch twin on a GPU"
        ).history
        #expect(twin.steps == 9787 && twin.epochs == 9787.0 / 859 && twin.legs[0].data == "fashion-mnist")
        #expect(twin.legs[0].trainer == "the PyTorch twin" && own.legs[0].trainer == nil)
        #expect(twin.legs[0].recipe == nil && twin.legs[0].validation == nil)
    }

    @Test("where a provenance names a checkpoint that it started from, steps before it are unknown, and so is the sum")
    func startInProvenance() {
        let digest = Digest(of: [7])
        let text =
            "trained by the PyTorch twin (PyTorch 2.9) by recipe wide (sha256 \(Digest(of: [8]))); starting from the "
            + "checkpoint of sha256 \(digest); on 59000 images of mnist train (sha256 \(Digest(of: [9]))); 500 steps of 16 images"
        let history = metadata(nil, provenance: text).history
        #expect(history.legs.count == 2 && history.legs[0] == TrainingLeg())
        #expect(history.legs[1].start == digest && history.legs[1].steps == 500 && history.legs[1].recipe == "wide")
        #expect(history.steps == nil && history.epochs == nil)
    }

    @Test(
        "impossible values are refused by their key",
        arguments: [
            ("training.legs", "0"), ("training.legs", "1000000000"), ("training.1.start", "abc"),
            ("training.1.steps", "-1"), ("training.1.epochs", "many"), ("training.1.validation", "nan"),
            ("training.2.accuracy", "2"),
        ]
    )
    func impossible(_ key: String, _ value: String) {
        var texts = metadata(TrainingHistory(legs)).texts
        texts[key] = value
        do {
            _ = try CheckpointMetadata(texts, file: "f")
            Issue.record("\(key) \(value) was taken")
        } catch {
            #expect(error.place == .metadata(key) && "\(error)".contains("'\(value)'"))
        }
    }
}
