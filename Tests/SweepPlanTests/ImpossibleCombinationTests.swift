// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct ImpossibleCombinationTests {
    private struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// Models `glow` (5 levels), `small` (2 levels, 28×28, no resize), `pixels` and `classes`, and data sets of 28×28
    /// (mnist) and 32×32×3 (glyphs).
    private var facts: SweepFacts {
        SweepFacts(
            model: { reference in
                guard case .checkpoint(let path) = reference.source else {
                    return .failure(Unusable(description: "fresh"))
                }
                var facts = ModelFacts.glow(digestOf: path)
                switch path {
                case "small":
                    (facts.height, facts.width, facts.levels, facts.preprocessing) = (32, 32, 2, .none)
                    facts.classes = 0
                case "pixels": (facts.family, facts.levels) = (.pixelcnn, 0)
                case "classes": (facts.family, facts.levels) = (.resnet, 0)
                case "copy": facts.digest = Digest(of: "glow".utf8)
                case "missing": return .failure(Unusable(description: "missing: no such file"))
                default: break
                }
                return .success(facts)
            },
            dataset: { source, split in
                switch source {
                case .builtin("mnist"): .success(.mnist)
                case .builtin("glyphs"):
                    .success(DatasetFacts(height: 32, width: 32, channels: 3, classes: 10, count: 100))
                default: .failure(Unusable(description: "no \(split) split"))
                }
            }
        )
    }

    /// Lines 1 to 9 declare the models; the block is in lines 10 to 14.
    private func problems(models: String, datasets: String = "mnist", transforms: String, more: String = "") -> [String]
    {
        let yaml = """
            version: 1
            name: impossible
            images: {indices: [5, 9999]}
            models:
              glow: {checkpoint: glow}
              small: {checkpoint: small}
              pixels: {checkpoint: pixels}
              classes: {checkpoint: classes}
            blocks:
              - models: [\(models)]
                datasets: [\(datasets)]
                transforms:
                  - \(transforms)
                \(more.isEmpty ? "seeds: 0" : more)
            """
        do {
            _ = try Sweep(parsing: yaml, file: "x.yaml", facts: facts)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    @Test("zeroing latents of a model without them is refused, unless every such combination is removed")
    func zeroingWithoutLatents() {
        let remedy = "exclude the pair, or give the model a block of its own"
        #expect(
            problems(models: "glow, pixels, classes", transforms: "zero-latents: {levels: [1, 2]}") == [
                "x.yaml:13:9: zero-latents needs latents, and model 'pixels' (pixelcnn) has none; \(remedy)",
                "x.yaml:13:9: zero-latents needs latents, and model 'classes' (resnet) has none; \(remedy)",
            ]
        )
        #expect(problems(models: "glow, pixels", transforms: "zero-latents: {levels: 1, when: {model: glow}}").isEmpty)
        let removed = "exclude: [{model: pixels, levels: 1}, {model: pixels, levels: [2, 3]}]"
        #expect(
            problems(models: "glow, pixels", transforms: "zero-latents: {levels: [1, 2, 3]}", more: removed).isEmpty
        )
        let partly = "exclude: [{model: pixels, levels: 1}, {model: pixels, levels: 2}]"
        #expect(
            problems(models: "glow, pixels", transforms: "zero-latents: {levels: [1, 2, 3]}", more: partly).count == 1
        )
    }

    @Test("more levels than the model has are refused at the value")
    func tooManyLevels() {
        #expect(
            problems(models: "glow", transforms: "zero-latents: {levels: [1, 5, 6]}")
                == ["x.yaml:13:39: model 'glow' has 5 levels, not 6"]
        )
        #expect(
            problems(models: "glow", transforms: "zero-latents: {level: {range: [4, 7, 1]}}") == [
                "x.yaml:13:31: model 'glow' has 5 levels, not 6", "x.yaml:13:31: model 'glow' has 5 levels, not 7",
            ]
        )
        let removed = "exclude: [{model: glow, levels: 6}]"
        #expect(problems(models: "glow", transforms: "zero-latents: {levels: [5, 6]}", more: removed).isEmpty)
    }

    @Test("patches that do not fit the images, and rotations of oblong ones, are refused at the value")
    func sizes() {
        let whose = "(dataset 'mnist', model 'glow')"
        #expect(
            problems(models: "glow", transforms: "patch-shuffle: {patches: [2, 3, 4], draw: {range: [0, 20, 1]}}") == [
                "x.yaml:13:38: patch-shuffle: images of 32×32 cannot be cut into 3×3 equal patches \(whose)"
            ]
        )
        let early = "patch-shuffle: {patches: [7, 8], stage: [before-resize, after-resize]}"
        #expect(
            problems(models: "glow", transforms: early) == [
                "x.yaml:13:35: patch-shuffle: images of 32×32 cannot be cut into 7×7 equal patches \(whose)",
                "x.yaml:13:38: patch-shuffle: images of 28×28 cannot be cut into 8×8 equal patches \(whose)",
            ]
        )
        let zipped = "patch-shuffle: {patches: [7, 8], stage: [before-resize, after-resize], zip: [[patches, stage]]}"
        #expect(problems(models: "glow", transforms: zipped).isEmpty)
        let removed = "exclude: [{stage: before-resize, patches: 8}, {stage: after-resize, patches: 7}]"
        #expect(problems(models: "glow", transforms: early, more: removed).isEmpty)
        #expect(problems(models: "glow", transforms: "dihedral: {map: {range: [1, 7, 1]}}").isEmpty)
    }

    @Test("images that do not fit a model, and indices beyond the data set, are refused where they are named")
    func images() {
        #expect(
            problems(models: "small", transforms: "identity") == [
                "x.yaml:11:16: dataset 'mnist' does not fit model 'small': its images are 28×28, the model takes 32×32 and does not resize"
            ]
        )
        #expect(
            problems(models: "glow", datasets: "glyphs", transforms: "identity") == [
                "x.yaml:3:23: index 9999 is beyond the test split of 'glyphs', which has 100 images",
                "x.yaml:11:16: dataset 'glyphs' does not fit model 'glow': its images have 3 channels, the model takes 1",
            ]
        )
        #expect(
            problems(models: "glow", datasets: "mnist, fashion-mnist", transforms: "identity")
                == ["x.yaml:11:23: dataset 'fashion-mnist': no test split"]
        )
    }

    @Test("more classes than a model is conditioned on need the marginal likelihood")
    func classes() {
        func problems(_ conditioning: String) -> [String] {
            let yaml = """
                version: 1
                name: classes
                models: {glow: {checkpoint: glow, conditioning: \(conditioning)}}
                blocks: [{models: glow, datasets: mnist, transforms: identity}]
                """
            let letters = DatasetFacts(height: 28, width: 28, channels: 1, classes: 26, count: 100)
            return Sweep.problems(
                of: yaml,
                facts: SweepFacts(model: facts.model, dataset: { _, _ in .success(letters) })
            )
        }
        #expect(problems("marginal").isEmpty)
        #expect(
            problems("label") == [
                "4:35: dataset 'mnist' does not fit model 'glow': it has 26 classes, the model knows 10; "
                    + "conditioning marginal needs no labels"
            ]
        )
    }

    @Test("settings of a likelihood that mean nothing to a model are refused where they stand")
    func estimates() {
        let yaml = """
            version: 1
            name: estimates
            models:
              a: {checkpoint: glow, likelihood: interval, draws: 8}
              b: {checkpoint: glow, draws: 8, dequantisation: zero}
              c: {checkpoint: glow, dequantisation: centre, likelihood: interval}
              d: {checkpoint: pixels, likelihood: interval}
              e: {checkpoint: pixels, draws: 2}
              f: {family: pixelcnn, dequantisation: zero}
              g: {checkpoint: classes, likelihood: interval}
              h: {checkpoint: copy, draws: 8, likelihood: interval}
            blocks:
              - {models: [a, b, c, d, e, f, g, h], datasets: mnist, transforms: identity}
            """
        let error = #expect(throws: SweepFileError.self) { try Sweep(parsing: yaml, file: "x.yaml", facts: facts) }
        #expect(
            error?.diagnostics.map(\.description) == [
                "x.yaml:5:32: model 'b': draws 8 means nothing: with dequantisation zero every draw is the same",
                "x.yaml:6:41: model 'c': likelihood interval is a cell's; dequantisation centre takes one point of it",
                "x.yaml:8:34: model 'e': draws 2 means nothing to a pixelcnn, whose pixels are not dequantised",
                "x.yaml:9:3: model 'f': fresh",
                "x.yaml:9:41: model 'f': dequantisation zero means nothing to a pixelcnn, whose pixels are not "
                    + "dequantised",
                "x.yaml:10:40: model 'g': likelihood interval means nothing to a resnet, which gives images no likelihood",
                "x.yaml:11:3: model 'h' is 'a' again, same weights and likelihood; name it once",
            ]
        )
    }

    @Test("models that cannot be used, or are the same, are refused where they are declared")
    func models() {
        let yaml = """
            version: 1
            name: models
            models:
              glow: {checkpoint: glow}
              small: {checkpoint: small, conditioning: marginal}
              votes: {checkpoint: classes, conditioning: marginal}
              gone: {checkpoint: missing}
              copy: {checkpoint: copy}
              unused: {checkpoint: missing, conditioning: marginal}
            blocks:
              - {models: [glow, small, votes, gone, copy], datasets: mnist, transforms: identity, exclude: [{model: small}]}
            """
        let error = #expect(throws: SweepFileError.self) { try Sweep(parsing: yaml, file: "x.yaml", facts: facts) }
        #expect(
            error?.diagnostics.map(\.description) == [
                "x.yaml:5:44: conditioning marginal needs a class-conditional likelihood, and 'small' is unconditional",
                "x.yaml:6:46: conditioning marginal needs a class-conditional likelihood, and 'votes' is a classifier",
                "x.yaml:7:3: model 'gone': missing: no such file",
                "x.yaml:8:3: model 'copy' is 'glow' again, same weights and likelihood; name it once",
            ]
        )
    }
}
