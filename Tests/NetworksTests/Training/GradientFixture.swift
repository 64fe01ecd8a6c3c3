// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import TestSupport

/// A small model with a batch and what PyTorch made of them, as `Benchmarks/pytorch/gradients.py` wrote it.
struct GradientFixture {
    let metadata: CheckpointMetadata
    let layout: ParameterLayout
    let parameters: AlignedBuffer
    let batch: TrainingBatch
    let losses: [Float]
    private let file: SafetensorsFile

    init(_ name: String) throws {
        let file = try SafetensorsFile(contentsOf: Checkout.fixture("training-\(name).safetensors"))
        let metadata = try CheckpointMetadata(file.metadata, file: file.name)
        let layout = ParameterLayout(metadata.parameters)
        let tensors = try metadata.parameters.map { ($0.name, try file.tensor("parameter.\($0.name)")) }
        self.file = file
        self.metadata = metadata
        self.layout = layout
        parameters = layout.vector(ParameterSet(Dictionary(uniqueKeysWithValues: tensors)))
        batch = TrainingBatch(images: try file.tensor("images").values, labels: try file.integers("labels"))
        losses = try file.tensor("losses").values
    }

    /// How far a gradient is from PyTorch's in each learned parameter, relative to its norm, at those elements that the
    /// file holds; and the same of the norms of all elements.
    func differences(_ gradient: AlignedBuffer) throws -> [(name: String, ofElements: Double, ofNorm: Double)] {
        try layout.specs.map(\.name).filter { file.entries["gradient.\($0)"] != nil }.map { name in
            let found = gradient.values(layout.range(name))
            let truth = try file.tensor("gradient.\(name)").values
            let step = Int(file.metadata["step.\(name)"] ?? "") ?? 1
            let thinned = stride(from: 0, to: found.count, by: step).map { found[$0] }
            guard thinned.count == truth.count else { return (name, .infinity, .infinity) }
            let norm = Double(try file.tensor("norm.\(name)").values[0])
            return (
                name,
                Self.norm(zip(thinned, truth).map { $0 - $1 }) / Self.norm(truth),
                abs(Self.norm(found) - norm) / norm
            )
        }
    }

    /// What PyTorch measured, by the parameter's name.
    func measured() throws -> [String: [Float]] {
        let names = layout.specs.map(\.name).filter { file.entries["measured.\($0)"] != nil }
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try file.tensor("measured.\($0)").values) })
    }

    private static func norm(_ values: [Float]) -> Double {
        values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
