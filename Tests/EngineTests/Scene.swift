// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Layers
import Networks
import Vocabulary

@testable import Engine

/// A file with a small random checkpoint, and shards of the glyphs that it scores.
struct Scene {
    static let glow = GlowConfiguration(height: 28, width: 28, levels: 2, steps: 1, hiddenChannels: 6)
    static let library = DatasetLibrary()
    static let glyphs: ImageDataset? = try? library.load(.builtin("glyphs"), name: "glyphs", split: "test")
    static let seed: UInt64 = 11

    /// Removed when the process ends: a shard outlives the scene that it was made in.
    static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bitsweep-engine-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: Scene.folder) }
        return folder
    }()

    let path: String
    let checkpoint: Checkpoint

    init(
        _ architecture: CheckpointMetadata.Architecture = .glow(Scene.glow),
        preprocessing: ModelFacts.Preprocessing = .none,
        seed: UInt64 = 1,
        changing: (inout [String: Tensor]) -> Void = { _ in }
    ) throws {
        path = Self.folder.appending(path: "\(UUID().uuidString).safetensors").path
        let metadata = CheckpointMetadata(architecture: architecture, preprocessing: preprocessing, provenance: "")
        var tensors = Self.tensors(metadata.parameters, seed: seed)
        changing(&tensors)
        checkpoint = try Checkpoint(metadata: metadata, tensors: tensors, name: "scene")
        try checkpoint.write(to: path)
    }

    /// A shard of the glyphs' test images.
    func spec(
        _ transform: TransformSpec = .identity,
        _ indices: [UInt32],
        conditioning: Conditioning = .label,
        estimate: LikelihoodEstimate = .standard,
        seed: UInt64 = Scene.seed
    ) throws -> ShardSpec {
        let glyphs = try glyphs()
        return ShardSpec(
            model: ModelSpec(
                name: "scene",
                location: ModelLocation(.checkpoint(path: path)),
                digest: checkpoint.digest,
                conditioning: conditioning,
                estimate: estimate
            ),
            dataset: DatasetSpec(
                name: "glyphs",
                source: .builtin("glyphs"),
                split: "test",
                content: glyphs.digest
            ),
            transform: transform,
            seed: seed,
            indices: indices
        )
    }

    func glyphs() throws -> ImageDataset {
        guard let glyphs = Self.glyphs else { throw EngineError.data("no glyphs") }
        return glyphs
    }

    /// The classes of some glyphs.
    func labels(_ indices: [UInt32]) throws -> [Int] {
        let glyphs = try glyphs()
        return indices.map { Int(glyphs.labels[Int($0)]) }
    }

    /// The model, run without an engine.
    func model() throws -> Glow {
        try Glow(checkpoint, kernels: Self.kernels(), pool: WorkPool(threads: 1))
    }

    static func kernels() throws -> KernelSet { KernelSet(try InstructionSet.choose(override: nil)) }

    static func engine(
        _ set: InstructionSet? = nil,
        threads: Int = 1,
        batchSize: Int = 512
    ) throws -> ShardEngine {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        return ShardEngine(library: library, kernels: kernels, pool: WorkPool(threads: threads), batchSize: batchSize)
    }

    /// Small random weights, the same for the same seed.
    private static func tensors(_ specs: [ParameterSpec], seed: UInt64) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (number, spec) in specs.enumerated() {
            let draws = RandomStream(seed: seed, purpose: .initialisation, index: UInt64(number))
            let count = spec.shape.reduce(1, *)
            let uniforms = draws.uniforms(count)
            let values: [Float] =
                switch spec.name.split(separator: ".").last {
                case "permutation": (0..<count).reversed().map(Float.init)
                case "sign-s": uniforms.map { $0 < 0.5 ? -1 : 1 }
                case "running-variance": uniforms.map { $0 + 0.5 }
                default: uniforms.map { ($0 - 0.5) / 3 }
                }
            tensors[spec.name] = Tensor(shape: spec.shape, values: values)
        }
        return tensors
    }
}

/// Model inputs made by hand, in the order of the paper's equations.
enum ByHand {
    /// Inputs of a flow: x − 0.5 + u/256, with x = v/256 of each pixel v put through `change` first.
    static func flow(
        _ image: [UInt8],
        index: UInt32,
        draw: UInt64 = 0,
        change: (Int, Float) -> Float = { $1 }
    ) -> [Float] {
        let draws = RandomStream(seed: Scene.seed, purpose: .dequantisation, index: UInt64(index) + draw << 32)
        return image.indices.map { position in
            let u = Float(draws.word(position) >> 16) / 65_536
            return change(position, Float(image[position]) / 256) - 0.5 + u / 256
        }
    }

    /// The standard normal numbers that noise of the image is made of.
    static func noise(index: UInt32) throws -> [Float] {
        RandomStream(seed: Scene.seed, purpose: .noise, index: UInt64(index)).gaussians(784, try Scene.kernels())
    }
}

extension ResultTable {
    /// The values of a column that must be there.
    func values(_ name: String) throws -> [Float] {
        guard let values = self[name] else { throw MissingColumn(name: name) }
        return values
    }

    struct MissingColumn: Error { var name: String }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
