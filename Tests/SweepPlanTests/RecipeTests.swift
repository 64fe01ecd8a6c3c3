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
                "5:70: decay must be none, {per-step: 0.99999}, {linear-to: 0}, {linear-to: 0, after: 0.7} or "
                    + "{factor: 0.1, at: [0.5, 0.75]}",
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

    private static let starting = """
        version: 1
        name: second
        start-from: ../first.safetensors
        model: {family: pixelcnn, filters: 16, blocks: 2}
        data: {dataset: mnist}
        training: {epochs: 3}
        """

    private func starting(_ found: Result<RecipeFacts.Start, any Error>) throws -> Recipe {
        let facts = RecipeFacts(start: { path, model in
            #expect(path == "recipes/../first.safetensors" && model.family == .pixelcnn)
            return found
        })
        return try Recipe(parsing: Self.starting, file: "recipes/r.yaml", facts: facts)
    }

    @Test("a checkpoint to start from is sought from the recipe's folder, and told by its digest")
    func start() throws {
        let digest = Digest(of: [1, 2, 3])
        let recipe = try starting(.success(.init(digest: digest)))
        #expect(recipe.start == RecipeStart(path: "recipes/../first.safetensors", digest: digest))
        #expect(recipe.canonicalText.contains("initialisation-images 256\nstart-from \(digest)\nlength epochs=3\n"))
        #expect(recipe.trajectoryText.hasSuffix("start-from \(digest)\n"))
        var drawn = recipe
        drawn.start = nil
        #expect(recipe.canonicalText.replacing("start-from \(digest)\n", with: "") == drawn.canonicalText)
    }

    @Test("a checkpoint that is not there, or does not suit the network, is told with the place of what does not fit")
    func startProblems() {
        struct Missing: Error, CustomStringConvertible { let description = "first.safetensors: no such file" }
        func problems(_ found: Result<RecipeFacts.Start, any Error>) -> [String] {
            guard case .failure(let error) = Result(catching: { try starting(found) }) else { return [] }
            return (error as? SweepFileError)?.diagnostics.map { "\($0)" } ?? ["\(error)"]
        }
        #expect(
            problems(.failure(Missing())) == ["recipes/r.yaml:3:13: start-from: first.safetensors: no such file"]
        )
        let misfits = ["filters", "mixtures"].map { RecipeFacts.Problem(key: $0, text: "\($0) is another") }
        #expect(
            problems(.success(.init(digest: Digest(of: [1]), problems: misfits))) == [
                "recipes/r.yaml:4:8: start-from: mixtures is another",
                "recipes/r.yaml:4:36: start-from: filters is another",
            ]
        )
    }

    @Test("a linear decay may begin late, and says so in the digest")
    func lateDecay() throws {
        func decay(_ text: String) -> String {
            Self.shortest.replacing("FAMILY", with: "glow") + "\noptimiser: {decay: \(text)}"
        }
        let late = try recipe(decay("{linear-to: 0.02, after: 0.7}"))
        #expect(late.optimiser.decay == .linear(end: 0.02, after: 0.7))
        #expect(late.canonicalText.contains(" decay=linear-to:0.02@0.7 "))
        let early = try recipe(decay("{linear-to: 0.02, after: 0}"))
        #expect(early.canonicalText.contains(" decay=linear-to:0.02 "), "as without it")
        #expect(early.digest == (try recipe(decay("{linear-to: 0.02}"))).digest)
        #expect(problems(decay("{linear-to: 0.02, after: 1}")) == ["6:45: after must be within 0 to 0.999, not 1"])
        #expect(problems(decay("{per-step: 0.9, after: 0.5}")).first?.contains("decay must be none") == true)
    }

    @Test("dropout is drawn in parts of 256")
    func dropout() {
        let text = Self.shortest.replacing("{family: FAMILY}", with: "{family: pixelcnn, dropout: 0.3}")
        #expect(problems(text) == ["3:36: dropout must be a multiple of 1/256; the nearest is 0.30078125"])
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models/recipes")

    @Test(
        "every recipe of the repository is read, is called as its file, says how to run it, and differs from the others"
    )
    func shipped() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.resolvingSymlinksInPath(),
            includingPropertiesForKeys: nil
        )
        let recipes = try files.filter { $0.pathExtension == "yaml" }.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let recipe = try Recipe(parsing: text, file: file.path)
            let name = recipe.name
            #expect(file.deletingPathExtension().lastPathComponent == name)
            let head = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
            #expect(head.first.map { $0.count > 40 } == true, "\(name) does not begin with what it is")
            #expect(
                head.contains { $0.hasPrefix("#   worker train Models/recipes/\(name).yaml --output ") },
                "\(name) does not say how to run it"
            )
            return recipe
        }
        #expect(Set(recipes.map(\.digest)).count == recipes.count)
        let names = Set(recipes.map(\.name))
        for model in [
            "glow-affine-mnist", "glow-affine-fashion", "glow-additive-mnist", "glow-additive-fashion",
            "pixelcnn-mnist",
            "pixelcnn-fashion", "pixelcnn32-mnist", "resnet-mnist", "resnet-fashion",
        ] {
            #expect(names.contains(model) && names.contains("\(model)-paper"), "\(model)")
        }
    }

    @Test("the paper's recipes are the standard of their families; the others train the same networks")
    func paper() throws {
        func read(_ name: String) throws -> Recipe {
            let file = Self.folder.appending(path: "\(name).yaml")
            return try Recipe(parsing: String(contentsOf: file, encoding: .utf8), file: file.path)
        }
        for (name, family) in [
            ("glow-affine-mnist", "glow"), ("pixelcnn-mnist", "pixelcnn"), ("resnet-mnist", "resnet"),
        ] {
            let paper = try read("\(name)-paper")
            var standard = try shortest(family)
            standard.length = paper.length
            standard.optimiser.clipNorm = family == "glow" ? 50 : nil
            #expect(paper.digest == standard.digest, "what the file spells out is what it says the standard is")
        }
        for name in [
            "glow-affine-mnist", "glow-affine-fashion", "glow-additive-mnist", "glow-additive-fashion", "resnet-mnist",
            "resnet-fashion", "pixelcnn-mnist", "pixelcnn-fashion", "pixelcnn32-mnist",
        ] {
            var own = try read(name)
            let paper = try read("\(name)-paper")
            #expect(own.data.source == paper.data.source && own.data.preprocessing == paper.data.preprocessing)
            if case .pixelcnn(var sizes) = own.model.network {
                sizes.dropout = 0.5
                own.model.network = .pixelcnn(sizes)
            }
            #expect(own.model == paper.model, "\(name)")
        }
    }

    @Test("where a recipe starts from a checkpoint, another recipe of the repository makes one of that name")
    func starts() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        for file in files where file.hasSuffix(".yaml") {
            let path = Self.folder.appending(path: file).path
            guard let start = try Recipe(parsing: String(contentsOfFile: path, encoding: .utf8), file: path).start
            else {
                continue
            }
            let name = try #require(start.path.split(separator: "/").last).dropLast(".safetensors".count)
            #expect(files.contains("\(name).yaml"), "\(file) starts from \(start.path)")
            #expect(start.path.hasSuffix("/recipes/../\(name).safetensors"))
        }
    }
}
