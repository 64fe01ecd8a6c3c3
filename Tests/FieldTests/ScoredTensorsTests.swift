// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Vocabulary

@Suite("Tensors as people have them, scored", .timeLimit(.minutes(2)))
struct ScoredTensorsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Pixels of six small images, which use most of the 256 levels.
    private static let levels = (0..<6 * 64).map { UInt8(truncatingIfNeeded: $0 * 37 &+ $0 / 7) }

    private func model(_ architecture: CheckpointMetadata.Architecture, _ name: String) throws -> String {
        let checkpoint = try Checkpoint.initialised(architecture, preprocessing: ModelFacts.Preprocessing.none)
        try checkpoint.write(to: folder.path(name))
        return folder.path(name)
    }

    private func glow() throws -> String {
        try model(.glow(GlowConfiguration(height: 8, width: 8, levels: 2, steps: 1, hiddenChannels: 4)), "glow")
    }

    private func pixelcnn() throws -> String {
        try model(.pixelcnn(PixelCNNConfiguration(height: 8, width: 8, filters: 4, blocks: 1, mixtures: 2)), "pixelcnn")
    }

    private func resnet() throws -> String { try model(.resnet(ResNetConfiguration(height: 8, width: 8)), "resnet") }

    /// A file of the images with what `value` makes of each level, stored in 32 bits.
    private func images(_ name: String, labelled: Bool = true, _ value: (UInt8) -> Float) throws -> String {
        var writer = SafetensorsWriter()
        writer.add("x", Tensor(shape: [6, 1, 8, 8], values: Self.levels.map(value)))
        if labelled { writer.add("y", shape: [6], integers: [0, 1, 2, 3, 4, 5]) }
        try writer.write(to: folder.path(name))
        return folder.path(name)
    }

    /// The same stored in single bytes.
    private func bytes() throws -> String {
        let header = #"{"x":{"dtype":"U8","shape":[6,1,8,8],"data_offsets":[0,384]}}"#
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        return try folder.write(length + Array(header.utf8) + Self.levels, to: "bytes")
    }

    private func score(_ model: String, _ input: String, _ options: [String] = []) async throws -> Outcome {
        try await Executable.worker.run(
            ["score", model, "--input", input, "--output", folder.path("scores")] + options
        )
    }

    private func scores() throws -> SafetensorsFile { try SafetensorsFile(contentsOf: folder.path("scores")) }

    @Test("every family is scored, and a classifier gives logits, with classes how well they fit")
    func families() async throws {
        let images = try images("x") { (Float($0) / 255 - 0.5) * 2 }
        var outcome = try await score(pixelcnn(), images)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().entries.keys.sorted() == ["bpd", "bpd.interval"])
        #expect(try scores().tensor("bpd").values.allSatisfy { $0 > 0 && $0 < 100 })
        outcome = try await score(resnet(), images)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().entries.keys.sorted() == ["correct", "crossentropy", "logits", "predicted"])
        let (logits, losses) = (try scores().tensor("logits"), try scores().tensor("crossentropy").values)
        #expect(logits.shape == [6, 10])
        for (image, loss) in losses.enumerated() {
            let own = logits.values[image * 10..<image * 10 + 10].map(Double.init)
            let expected = Foundation.log(own.reduce(0) { $0 + Foundation.exp($1) }) - own[image]
            #expect(abs(expected - Double(loss)) < 1e-4)
        }
        let unlabelled = try self.images("unlabelled", labelled: false) { (Float($0) / 255 - 0.5) * 2 }
        outcome = try await score(resnet(), unlabelled)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().entries.keys.sorted() == ["logits", "predicted"])
    }

    @Test("numbers on another scale are refused with both ranges and the option that converts them")
    func wrongScale() async throws {
        let models = [(try glow(), "−0.5 … 0.5"), (try pixelcnn(), "−1 … 1"), (try resnet(), "−1 … 1")]
        let unit = try images("unit") { Float($0) / 256 }
        for (model, range) in models {
            for (input, found, option) in [(try bytes(), "0 … 255", "0..255"), (unit, "0 … 0.996", "0..1")] {
                let outcome = try await score(model, input)
                #expect(outcome.code == 2 && outcome.errorLines.count == 1)
                for text in [found, range, "--scale \(option)"] {
                    #expect(outcome.errors.contains(text), "\(outcome.errors)")
                }
            }
        }
        let symmetric = try images("symmetric") { (Float($0) / 255 - 0.5) * 2 }
        let outcome = try await score(models[0].0, symmetric)
        #expect(outcome.code == 2 && outcome.errors.contains("--scale -1..1"), "\(outcome.errors)")
        let beyond = try await score(models[0].0, symmetric, ["--scale", "0..1"])
        #expect(beyond.code == 2 && beyond.errors.contains("beyond the 0 … 1"), "\(beyond.errors)")
    }

    @Test("8-bit pixels are the same images on whichever scale they come, and as a data set")
    func conversion() async throws {
        let inputs: [(String, String)] = [
            (try bytes(), "0..255"), (try images("whole") { Float($0) }, "0..255"),
            (try images("unit") { Float($0) / 255 }, "0..1"), (try images("shifted") { Float($0) / 256 }, "0..1"),
            (try images("symmetric") { (Float($0) / 255 - 0.5) * 2 }, "-1..1"),
        ]
        for model in [try glow(), try pixelcnn(), try resnet()] {
            let column = model.hasSuffix("resnet") ? "logits" : "bpd"
            var found: [Float]?
            for (input, scale) in inputs where !(scale == "-1..1" && model.hasSuffix("net")) {
                // Without classes in all files, a Glow marginalises in all.
                let outcome = try await score(model, try unlabelled(input), ["--scale", scale])
                #expect(outcome.code == 0, "\(outcome.errors)")
                let values = try scores().tensor(column).values
                #expect(values == found ?? values, "\(model) \(input)")
                found = values
            }
        }
        try await comparedWithEvaluation()
    }

    /// The file without its classes.
    private func unlabelled(_ path: String) throws -> String {
        let file = try SafetensorsFile(contentsOf: path)
        guard file.entries["y"] != nil else { return path }
        var writer = SafetensorsWriter()
        writer.add("x", try file.tensor("x"))
        try writer.write(to: path + ".unlabelled")
        return path + ".unlabelled"
    }

    /// The mean of the scores is what `worker evaluate` says of the same pixels with the same seed.
    private func comparedWithEvaluation() async throws {
        let images = try folder.write([0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0, 8] + Self.levels, to: "images.idx")
        let labels = try folder.write([0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 3, 4, 5], to: "labels.idx")
        let evaluation = try await Executable.worker.run(
            ["evaluate", glow(), "--dataset", images, "--labels", labels, "--seed", "3", "--json"]
        )
        let object = try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any]
        let rows = try #require(object?["rows"] as? [[String: Any]])
        let mean = try #require(rows.last?["mean"] as? Double)
        let labelled = try self.images("labelled") { Float($0) }
        let outcome = try await score(glow(), labelled, ["--scale", "0..255", "--seed", "3"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let scores = try scores().tensor("bpd").values.map(Double.init)
        #expect(abs(scores.reduce(0, +) / 6 - mean) < 1e-6)
    }

    @Test("pixels between the levels are moved to the model's scale and get no noise")
    func betweenLevels() async throws {
        let own = try images("own") { (Float($0) + 0.25) / 256 - 0.5 }
        #expect(try await score(glow(), own).code == 0)
        let expected = try scores().tensor("bpd").values
        for (name, scale) in [("bytes", "0..255"), ("unit", "0..1"), ("symmetric", "-1..1")] {
            let (factor, offset): (Float, Float) =
                switch name {
                case "bytes": (1, 0)
                case "unit": (1 / 256, 0)
                default: (1 / 128, -1)
                }
            let moved = try images(name) { (Float($0) + 0.25) * factor + offset }
            let outcome = try await score(glow(), moved, ["--scale", scale])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let found = try scores().tensor("bpd").values
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-3 }, "\(name)")
        }
    }

    @Test("noise beyond black and white is no other scale, and the model's own scale takes anything")
    func noise() async throws {
        let noisy = try images("noisy") { (Float($0) / 255 - 0.5) * 1.3 }
        #expect(try await score(glow(), noisy).code == 0)
        let wild = try images("wild") { Float($0) }
        #expect(try await score(glow(), wild, ["--scale", "-0.5..0.5"]).code == 0)
    }

    @Test("8-bit pixels are scored by several draws, or at a fixed point, and cells by a PixelCNN++")
    func estimates() async throws {
        let (glow, bytes) = (try glow(), try images("bytes") { Float($0) })
        var outcome = try await score(glow, bytes, ["--scale", "0..255"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let single = try scores().tensor("bpd").values
        outcome = try await score(glow, bytes, ["--scale", "0..255", "--draws", "4"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().entries.keys.sorted() == ["bpd", "bpd.se", "bpd.single"])
        let (several, mean) = (try scores().tensor("bpd").values, try scores().tensor("bpd.single").values)
        #expect(several.count == 6 && several != single)
        // The logarithm of a mean is at least the mean of the logarithms, and a mean at least a fourth of each draw.
        #expect(zip(several, mean).allSatisfy { $0 <= $1 })
        #expect(zip(several, single).allSatisfy { $0 <= $1 + Float(Foundation.log(4.0) / (64 * Foundation.log(2.0))) })
        outcome = try await score(glow, bytes, ["--scale", "0..255", "--dequantisation", "centre"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let fixed = try scores().tensor("bpd").values
        let centred = try images("centred") { Float($0) / 256 - 0.5 + 1 / 512 }
        outcome = try await score(glow, centred, ["--scale", "-0.5..0.5"])
        #expect(try scores().tensor("bpd").values == fixed)
        outcome = try await score(glow, centred, ["--scale", "-0.5..0.5", "--draws", "4"])
        #expect(outcome.code == 2 && outcome.errors.contains("dequantised already"), "\(outcome.errors)")

        outcome = try await score(pixelcnn(), bytes, ["--scale", "0..255", "--likelihood", "interval"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().entries.keys.sorted() == ["bpd", "bpd.density"])
        outcome = try await score(pixelcnn(), bytes, ["--scale", "0..255", "--draws", "2"])
        #expect(outcome.code == 2 && outcome.errors.contains("not dequantised"), "\(outcome.errors)")
    }

    @Test("levels that the model does not have, and latents where there are none, are refused")
    func latents() async throws {
        let images = try images("x") { Float($0) / 256 - 0.5 }
        let outcome = try await score(glow(), images, ["--zero-latents", "1", "9"])
        #expect(outcome.code == 2 && outcome.errors.contains("--zero-latents 9"), "\(outcome.errors)")
        #expect(outcome.errors.contains("2 levels"))
        for option in [["--zero-latents", "1"], ["--latents"]] {
            for model in [try pixelcnn(), try resnet()] {
                let outcome = try await score(model, images, option + ["--scale", "-0.5..0.5"])
                #expect(outcome.code == 2 && outcome.errors.contains("no latents"), "\(outcome.errors)")
            }
        }
        let marginal = try await Executable.worker.run(
            ["evaluate", pixelcnn(), "--dataset", "glyphs", "--conditioning", "marginal"]
        )
        #expect(marginal.code == 2 && marginal.errors.contains("class-conditional"), "\(marginal.errors)")
    }

    @Test(
        "the images made for this are refused, and scored once their scale is said",
        .enabled(if: Checkout.shared("field/x-u8.safetensors") != nil, "needs field/ below BITSWEEP_SHARED"),
        arguments: [("x-u8", "0..255"), ("x-01", "0..1")]
    )
    func sharedImages(name: String, scale: String) async throws {
        let input = try #require(Checkout.shared("field/\(name).safetensors"))
        let refused = try await score(glow(), input)
        #expect(refused.code == 2 && refused.errors.contains("--scale \(scale)"), "\(refused.errors)")
        let outcome = try await score(glow(), input, ["--scale", scale])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scores().tensor("bpd").values.allSatisfy { (1...20).contains($0) })
    }
}
