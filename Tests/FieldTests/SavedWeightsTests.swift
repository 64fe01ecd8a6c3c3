// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport
import Testing

/// What differs between two ways to save the same weights is how they are named and stored, never what they are.
@Suite("Weights as people save them", .timeLimit(.minutes(2)))
struct SavedWeightsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Imports a file; what is printed, and the checkpoint's bytes.
    private func imported(
        _ bytes: [UInt8],
        _ name: String,
        _ options: [String] = []
    ) async throws -> (outcome: Outcome, checkpoint: Data) {
        let file = try folder.write(bytes, to: "\(name).safetensors")
        return try await imported(file, name, options)
    }

    private func imported(
        _ file: String,
        _ name: String,
        _ options: [String] = []
    ) async throws -> (outcome: Outcome, checkpoint: Data) {
        let outcome = try await Executable.worker.run(
            ["import", file, "--output", folder.path("\(name).checkpoint")] + options
        )
        return (outcome, folder.bytes("\(name).checkpoint"))
    }

    @Test(
        "whatever stands before and beside the names, and however numbers are stored, the checkpoint is the same",
        arguments: ["glow-affine-small", "pixelcnn-small"]
    )
    func variants(fixture: String) async throws {
        let plain = try SavedWeights(fixture: fixture)
        func prefixed(_ prefix: String) -> SavedWeights { plain.renamed { prefix + $0 } }
        let inner = plain.renamed { $0.replacing(/\.(\d+)\./, maxReplacements: 1) { ".\($0.1)._orig_mod." } }
        let variants: [(String, [UInt8])] = [
            ("module", prefixed("module.").encoded()),
            ("compiled", prefixed("_orig_mod.module.").encoded()),
            ("inner", inner.encoded()),
            ("nested", prefixed("state_dict.model.").encoded(beside: plain.trainingState())),
            ("beside", plain.encoded(beside: plain.trainingState())),
            ("parametrised", plain.parametrised().renamed { "model.\($0)" }.encoded()),
            ("double", plain.encoded(as: .float64)),
            ("brain", prefixed("model_state.").encoded(as: .bfloat16)),
        ]
        let (first, expected) = try await imported(plain.encoded(), "plain")
        #expect(first.code == 0 && !expected.isEmpty, "\(first.errors)")
        for (name, bytes) in variants {
            let (outcome, checkpoint) = try await imported(bytes, name)
            #expect(outcome.code == 0, "\(name): \(outcome.errors)")
            #expect(checkpoint == expected, "\(name)")
        }
    }

    @Test("half precision is read as the numbers that it stores")
    func halves() async throws {
        var plain = try SavedWeights(fixture: "glow-affine-small")
        for (name, tensor) in plain.tensors {
            let values = tensor.values.map { ($0 * 256).rounded() / 256 }
            plain.tensors[name] = Tensor(shape: tensor.shape, values: values)
        }
        let (_, expected) = try await imported(plain.encoded(), "plain")
        let (outcome, checkpoint) = try await imported(plain.encoded(as: .float16), "half")
        #expect(outcome.code == 0 && !expected.isEmpty && checkpoint == expected, "\(outcome.errors)")
    }

    @Test("zeros that were not saved are zeros; one of many that is missing is an error that names it")
    func missingParts() async throws {
        var plain = try SavedWeights(fixture: "pixelcnn-small")
        for (name, tensor) in plain.tensors where name.hasSuffix(".bias") {
            plain.tensors[name] = Tensor(shape: tensor.shape, values: tensor.values.map { _ in 0 })
        }
        let (_, expected) = try await imported(plain.encoded(), "plain")
        let (outcome, checkpoint) = try await imported(
            plain.renamed { $0.hasSuffix(".bias") ? nil : $0 }.encoded(),
            "without"
        )
        #expect(outcome.code == 0 && !expected.isEmpty && checkpoint == expected, "\(outcome.errors)")
        #expect(outcome.output.contains("'….bias': all of these are zeros"))
        let lost = plain.renamed { $0 == "nin_out.lin_a.bias" ? nil : "module.\($0)" }
        let (refused, nothing) = try await imported(lost.encoded(), "lost")
        #expect(refused.code != 0 && nothing.isEmpty)
        #expect(refused.errors.contains("nin_out.lin_a.bias"), "\(refused.errors)")
    }

    @Test("a Glow's flags are passed over, and one that says an actnorm never saw a batch is refused")
    func flags() async throws {
        var plain = try SavedWeights(fixture: "glow-affine-small")
        let size = ["--height", "16", "--width", "16"]
        let (_, expected) = try await imported(plain.encoded(), "plain", size)
        let norms = plain.tensors.keys.filter { $0.hasSuffix(".actnorm.bias") }
        for name in norms { plain.tensors[name.dropLast(4) + "inited"] = Tensor(shape: [], values: [1]) }
        for name in plain.tensors.keys where name == "learn_top_fn.conv.weight" || name.hasPrefix("project_class") {
            plain.tensors[name] = nil
        }
        let (outcome, checkpoint) = try await imported(plain.encoded(), "flagged", size)
        #expect(outcome.code == 0 && !expected.isEmpty && checkpoint == expected, "\(outcome.errors)")
        plain.tensors["flow.layers.1.actnorm.inited"] = Tensor(shape: [], values: [0])
        let (refused, _) = try await imported(plain.encoded(), "fresh", size)
        #expect(refused.code != 0 && refused.errors.contains("never initialised"), "\(refused.errors)")
    }

    @Test("a model without sizes is its family's natural one, which is printed and can be changed")
    func sizes() async throws {
        let bytes = try SavedWeights(fixture: "pixelcnn-small").encoded()
        func metadata(_ name: String) throws -> [String: String] {
            try SafetensorsFile(contentsOf: folder.path("\(name).checkpoint")).metadata
        }
        let (natural, _) = try await imported(bytes, "natural")
        #expect(natural.output.contains("assumed: images of 28×28") && natural.output.contains("--height"))
        #expect(natural.output.contains("assumed: preprocessing none") && natural.output.contains("--preprocessing"))
        var found = try metadata("natural")
        #expect(found["height"] == "28" && found["width"] == "28" && found["preprocessing"] == "none")
        let (given, _) = try await imported(
            bytes,
            "given",
            ["--height", "32", "--width", "24", "--preprocessing", "resize"]
        )
        #expect(given.code == 0 && !given.output.contains("assumed"))
        found = try metadata("given")
        #expect(found["height"] == "32" && found["width"] == "24" && found["preprocessing"] == "resize")
        // The zeros of a Glow's top prior are as large as its last latents.
        var weights = try SavedWeights(fixture: "glow-affine-small")
        weights.tensors["prior_h"] = Tensor(shape: [1, 32, 2, 2], values: [Float](repeating: 0, count: 128))
        let (glow, _) = try await imported(weights.encoded(), "glow")
        #expect(glow.output.contains("images of 16×16, as its tensors show"), "\(glow.output)")
        found = try metadata("glow")
        #expect(found["height"] == "16" && found["preprocessing"] == "resize")
    }

    @Test("a file of no known layout is refused with the layouts that were tried, and names of its own")
    func unknownLayout() async throws {
        let strange = try SavedWeights(fixture: "pixelcnn-small").renamed { "backbone.\($0.hashValue)" }
        let (outcome, _) = try await imported(strange.encoded(), "strange", ["--layout", "auto"])
        #expect(outcome.code != 0 && outcome.errorLines.count == 1)
        for word in ["y0ast", "pclucas14", "'backbone."] { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
        let pixelcnn = try SavedWeights(fixture: "pixelcnn-small")
        let (wrong, _) = try await imported(pixelcnn.encoded(), "wrong", ["--layout", "y0ast"])
        #expect(wrong.code != 0 && wrong.errors.contains("no tensor of the y0ast layout"), "\(wrong.errors)")
    }

    @Test("of two models in a file, --prefix says which")
    func twoModels() async throws {
        let model = try SavedWeights(fixture: "glow-affine-small")
        var average = model
        average.tensors["learn_top_fn.logs"] = Tensor(shape: [32, 1, 1], values: [Float](repeating: 0.5, count: 32))
        let both = model.renamed { "model.\($0)" }.encoded(beside: average.renamed { "ema.\($0)" }.tensors)
        let (refused, _) = try await imported(both, "both")
        #expect(refused.code != 0)
        #expect(refused.errors.contains("'ema', 'model'") && refused.errors.contains("--prefix"), "\(refused.errors)")
        let (_, expected) = try await imported(average.encoded(), "average")
        let (outcome, checkpoint) = try await imported(both, "chosen", ["--prefix", "ema."])
        #expect(outcome.code == 0 && !expected.isEmpty && checkpoint == expected, "\(outcome.errors)")
    }

    @Test(
        "the variants made for this give the same checkpoints",
        .enabled(if: Checkout.shared("field/pc.safetensors") != nil, "needs field/ below BITSWEEP_SHARED"),
        arguments: [["pc", "pc-module", "pc-param"], ["y0", "y0-module"]]
    )
    func sharedVariants(names: [String]) async throws {
        var checkpoints: Set<Data> = []
        for name in names {
            let file = try #require(Checkout.shared("field/\(name).safetensors"))
            let (outcome, checkpoint) = try await imported(file, name)
            #expect(outcome.code == 0 && !checkpoint.isEmpty, "\(name): \(outcome.errors)")
            checkpoints.insert(checkpoint)
        }
        #expect(checkpoints.count == 1)
    }
}
