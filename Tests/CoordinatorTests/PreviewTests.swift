// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Figures
import Foundation
import SweepPlan
import TestSupport
import Testing
import Vocabulary

@testable import Coordinator

/// `plan --preview`: what a sweep's transforms do, before anything is scored.
@Suite("Preview", .timeLimit(.minutes(2)))
struct PreviewTests {
    private func sweep(in folder: borrowing TemporaryFolder, _ transforms: String, seeds: Int = 1) throws -> String {
        try folder.write(
            """
            version: 1
            name: previewed
            images: {split: test, per-class-limit: 2}
            models:
              glow: {checkpoint: \(Checkout.model)}
              later: {recipe: \(Checkout.root.appending(path: "Models/recipes/glyphs-quick.yaml").path)}
            blocks:
              - models: [glow, later]
                datasets: [glyphs]
                transforms: [\(transforms)]
                seeds: {range: [0, \(seeds - 1), 1]}
            """,
            to: "previewed.yaml"
        )
    }

    /// A transform of the kind as a sweep file has it, with a value for what it must be given.
    private func written(_ kind: TransformKind) throws -> String {
        let needed = kind.parameters.filter { $0.standard == nil || kind.oneNeeded.first == $0.keys[0] }
        let values = try needed.map { parameter in
            let value = try #require(["1", "0.5", "mirror"].first { (try? parameter.domain.code($0)) != nil })
            return "\(parameter.keys[0]): \(value)"
        }
        return values.isEmpty ? kind.rawValue : "\(kind.rawValue): {\(values.joined(separator: ", "))}"
    }

    /// Width and height, as the PNG says them.
    private func size(_ png: Data) throws -> [Int] {
        try #require(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && png.count > 24)
        return [16, 20].map { start in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test("every transform of the list is drawn, and the plan says on how many images")
    func everyTransform() async throws {
        let folder = try TemporaryFolder()
        let file = try sweep(in: folder, try TransformKind.allCases.map(written).joined(separator: ", "))
        let arguments = ["plan", file, "--store", folder.path("none"), "--no-measure"]
        let output = folder.path("sheet.png")
        let drawn = try await Executable.coordinator.run(arguments + ["--preview", output, "--preview-images", "3"])
        #expect(drawn.code == 0, "\(drawn.errors)")
        // One card for each but identity, and one more, for zero-latents is drawn for both models.
        let line = "preview     \(TransformKind.allCases.count) transforms on 3 images in \(output)"
        #expect(drawn.output.contains(line), "\(drawn.output)")
        let few = try size(folder.bytes("sheet.png"))
        let many = try await Executable.coordinator.run(arguments + ["--preview", "-", "--preview-images", "8"])
        #expect(many.code == 0 && !many.output.contains("cells"), "\(many.errors)")
        #expect(few[0] > 900 && few[1] > 400)
    }

    @Test(
        "what cannot be drawn is one line",
        arguments: [
            (["--preview", "sheet.svg"], "a preview is a .png"),
            (["--preview-images", "3"], "needs --preview"),
            (["--preview", "x.png", "--preview-images", "0"], "from 1 to 16"),
        ]
    )
    func wrong(_ options: [String], _ reason: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await Executable.coordinator.run(["plan", try sweep(in: folder, "identity")] + options)
        #expect(outcome.code == 2 && outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test("a sweep of more transforms than there is room for has of each name the ends, and tells what is left out")
    func room() throws {
        let folder = try TemporaryFolder()
        let file = try sweep(
            in: folder,
            "identity, invert, noise: {scale: {range: [1, 40, 1]}}, brightness: {offset: {range: [1, 7, 1]}}",
            seeds: 3
        )
        let plan = try SweepLoader(library: DatasetLibrary()).load(file)
        let all = PreviewedTransforms(of: plan.grid, room: 48)
        #expect(all.chosen.count == 48 && all.omissions.isEmpty && !all.isSample)
        let some = PreviewedTransforms(of: plan.grid, room: 20)
        #expect(some.chosen.count == 20)
        #expect(some.omissions.map(\.name) == ["noise"])
        #expect(some.omissions.map(\.drawn) == [12] && some.omissions.map(\.all) == [40])
        let scales = some.chosen.compactMap { $0.setting.transform.as(Noise.self)?.scale }
        #expect(scales.first == 1 && scales.last == 40 && scales == scales.sorted() && Set(scales).count == 12)
        #expect(some.chosen.allSatisfy { $0.seed == 0 })
        // Even where there is room for nothing, each name is there once.
        #expect(PreviewedTransforms(of: plan.grid, room: 0).chosen.count == 3)
    }

    @Test("a model that is trained first cannot decode, and its card says so")
    func untrained() throws {
        let folder = try TemporaryFolder()
        let library = DatasetLibrary()
        let plan = try SweepLoader(library: library).load(
            try sweep(in: folder, "identity, zero-latents: {levels: 1}, invert")
        )
        var preview = TransformPreview(of: plan, images: 2, trained: nil, try StoredImages.engine(library, threads: 1))
        let cards = try preview.sheet().cards
        #expect(cards.map(\.name) == ["identity", "zero-latents", "zero-latents", "invert"])
        #expect(cards[1].details == " levels=1 by glow" && cards[1].note.isEmpty && cards[1].pictures[0].count == 2)
        #expect(cards[2].note == "not drawn: the run trains later first" && cards[2].strength.isEmpty)
        // Nothing is as far from an image of much black as its negative is.
        #expect(cards[3].strength.hasSuffix(" dB") && (Double(cards[3].strength.dropLast(3)) ?? 99) < 6)
        // The first image of each of the first two classes.
        let labels = try library.load(.builtin("glyphs"), name: "glyphs", split: "test").labels
        let firsts = [0, 1].compactMap { labels.firstIndex(of: $0) }.sorted()
        #expect(cards[0].pictures[0].compactMap { $0?.caption } == firsts.map { "#\($0)" })
    }
}
