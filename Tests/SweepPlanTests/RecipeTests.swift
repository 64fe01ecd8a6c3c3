// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SweepPlan
import Testing
import Vocabulary

@Suite("recipes")
struct RecipeTests {
    private func recipe(_ text: String) throws -> Recipe { try Recipe(parsing: text, file: "r.yaml") }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try recipe(text)
            return []
        } catch {
            return (error as? SweepFileError)?.diagnostics.map { String("\($0)".dropFirst("r.yaml:".count)) } ?? [
                "\(error)"
            ]
        }
    }

    private static let shortest = """
        version: 1
        name: short
        model: {family: FAMILY}
        data: {dataset: mnist}
        training: {epochs: 3}
        """

    private func shortest(_ family: String) throws -> Recipe {
        try recipe(Self.shortest.replacing("FAMILY", with: family))
    }

    @Test("what is not given is the paper's: Tables 2 and 3, and He et al. for the classifier")
    func defaults() throws {
        let glow = try shortest("glow")
        #expect(glow.model == RecipeModel(.glow(RecipeModel.GlowSizes()), height: 32, width: 32, channels: 1))
        #expect(glow.data == RecipeData(.builtin("mnist"), preprocessing: .resize, validationImages: 5000))
        #expect(glow.optimiser == RecipeOptimiser(.adam(beta1: 0.9, beta2: 0.999), learningRate: 2e-4))
        #expect(glow.batch == 64 && glow.length == .epochs(3) && glow.seed == 0)
        let pixelcnn = try shortest("pixelcnn")
        #expect(pixelcnn.model.height == 28 && pixelcnn.data.preprocessing == .none && pixelcnn.batch == 50)
        #expect(pixelcnn.optimiser.learningRate == 2e-4)
        let resnet = try shortest("resnet")
        #expect(resnet.optimiser.method == .sgd(momentum: 0.9, weightDecay: 1e-4) && resnet.batch == 128)
        #expect(resnet.optimiser.decay == .milestones(factor: 0.1, places: [0.5, 0.75]))
    }

    @Test("every key is read")
    func everything() throws {
        let recipe = try recipe(
            """
            version: 1
            name: all
            model: {family: glow, height: 16, width: 8, channels: 3, levels: 2, steps: 3, hidden-channels: 7,
                    coupling: additive, classes: 0, learned-top: false}
            data: {dataset: {images: a.gz, labels: /b.gz}, preprocessing: pad, validation-images: 7}
            optimiser: {method: adamax, learning-rate: 1e-3, betas: [0.8, 0.99], warm-up: 10, decay: {per-step: 0.999},
                        clip-norm: 5, polyak: 0.9}
            training: {minutes: 1.5, batch: 9, seed: 4, initialisation-images: 11, validate-every: 12,
                       checkpoint-every: 90s, precision: bfloat16}
            """
        )
        #expect(
            recipe.canonicalText == """
                bitsweep recipe 1
                model glow levels=2 steps=3 hidden-channels=7 coupling=additive classes=0 learned-top=false \
                height=16 width=8 channels=3
                data files split=train preprocessing=pad validation-images=7
                optimiser adamax beta1=0.8 beta2=0.99 learning-rate=0.001 warm-up=10 decay=per-step:0.999 clip-norm=5 \
                polyak=0.9
                batch 9
                seed 4
                initialisation-images 11
                length seconds=90
                precision bfloat16

                """
        )
        #expect(recipe.data.source == .idx(images: "a.gz", labels: "/b.gz"))
        #expect(recipe.validationInterval == 12 && recipe.snapshotInterval == .seconds(90))
    }

    @Test("off and none switch off what a family has by default")
    func switchedOff() throws {
        let recipe = try recipe(
            """
            version: 1
            name: off
            model: {family: resnet}
            data: {dataset: glyphs}
            optimiser: {decay: none, clip-norm: off, polyak: off}
            training: {steps: 10}
            """
        )
        #expect(recipe.optimiser.decay == .none && recipe.optimiser.clipNorm == nil && recipe.optimiser.polyak == nil)
        #expect(recipe.optimiser.method == .sgd(momentum: 0.9, weightDecay: 1e-4))
    }

    @Test("a change that decides a step changes both digests, one that decides the end the full one, a name neither")
    func digests() throws {
        let recipe = try shortest("glow")
        var other = recipe
        other.name = "other"
        #expect(other.digest == recipe.digest)
        other.snapshotInterval = .seconds(1)
        other.validationInterval = 3
        #expect(other.digest == recipe.digest && other.trajectoryDigest == recipe.trajectoryDigest)
        other.length = .epochs(4)
        #expect(other.digest != recipe.digest && other.trajectoryDigest == recipe.trajectoryDigest)
        other.optimiser.decay = .linear(end: 0)
        var longer = other
        longer.length = .epochs(5)
        #expect(longer.trajectoryDigest != other.trajectoryDigest, "the learning rate depends on the length")
        other = recipe
        other.seed = 1
        #expect(other.digest != recipe.digest && other.trajectoryDigest != recipe.trajectoryDigest)
    }

    @Test("problems are told with their places, all at once, with what was probably meant")
    func errors() {
        let text = """
            version: 1
            name: bad name
            model: {family: glow, level: 5, coupling: afine, dropout: 0.5}
            data: {dataset: mnits, preprocessing: stretch}
            optimiser: {method: adam, momentum: 0.9, learning-rate: fast, decay: {factor: 0.5}}
            training: {epochs: 3, steps: 4, batch: 0}
            """
        #expect(
            problems(text) == [
                "2:7: 'bad name' is no name: a name has 1 to 64 letters, digits, '.', '_' and '-', and does not begin with '-'",
                "3:23: unknown key 'level'; did you mean 'levels'?",
                "3:43: unknown coupling 'afine'; did you mean 'affine'?",
                "3:50: unknown key 'dropout'; there are family, levels, steps, hidden-channels, coupling, classes, "
                    + "learned-top, height, width, channels",
                "4:17: unknown dataset 'mnits'; did you mean 'mnist'? Files of your own are {images: PATH, labels: PATH}",
                "4:39: unknown preprocessing 'stretch'; there are resize, pad, none",
                "5:27: unknown key 'momentum'; there are method, betas, learning-rate, warm-up, decay, clip-norm, polyak",
                "5:57: learning-rate must be a number, not 'fast'",
                "5:70: decay must be none, {per-step: 0.99999}, {linear-to: 0} or {factor: 0.1, at: [0.5, 0.75]}",
                "6:11: training needs one of epochs, steps, minutes; there is epochs and steps",
                "6:40: batch must be within 1 to 65536, not 0",
            ]
        )
    }

    @Test(
        "training has one length, which a decay may need to know",
        arguments: [
            ("{batch: 3}", "5:11: training needs one of epochs, steps, minutes; there is none"),
            ("{epochs: 3, steps: 4}", "5:11: training needs one of epochs, steps, minutes; there is epochs and steps"),
            (
                "{minutes: 3}",
                "5:11: this decay needs to know where the training ends, and minutes do not tell; "
                    + "give epochs or steps, or another decay"
            ),
            (
                "{epochs: 3, checkpoint-every: soon}",
                "5:41: checkpoint-every must be a duration such as \(DurationText.examples)"
            ),
        ]
    )
    func length(_ training: String, _ problem: String) {
        let text = Self.shortest.replacing("FAMILY", with: "resnet").replacing("{epochs: 3}", with: training)
        #expect(problems(text) == [problem])
    }

    @Test("dropout is drawn in parts of 256")
    func dropout() {
        let text = Self.shortest.replacing("{family: FAMILY}", with: "{family: pixelcnn, dropout: 0.3}")
        #expect(problems(text) == ["3:36: dropout must be a multiple of 1/256; the nearest is 0.30078125"])
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models/recipes")

    @Test("every recipe of the repository is read, is called as its file, and differs from the others")
    func shipped() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.resolvingSymlinksInPath(),
            includingPropertiesForKeys: nil
        )
        let recipes = try files.filter { $0.pathExtension == "yaml" }.map { file in
            let recipe = try Recipe(parsing: String(contentsOf: file, encoding: .utf8), file: file.path)
            #expect(file.deletingPathExtension().lastPathComponent == recipe.name)
            return recipe
        }
        #expect(recipes.count >= 9 && Set(recipes.map(\.digest)).count == recipes.count)
        let paper = try #require(recipes.first { $0.name == "glow-affine-mnist" })
        var standard = try shortest("glow")
        standard.length = paper.length
        standard.optimiser.clipNorm = 50
        #expect(paper.digest == standard.digest, "what the file spells out is what it says the standard is")
    }
}
