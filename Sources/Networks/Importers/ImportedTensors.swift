// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The tensors of another project's file, taken one by one under the names of this one.
struct ImportedTensors {
    /// The file they come from.
    let file: SafetensorsFile
    /// What messages call the file's layout.
    private let layout: String
    private var tensors: [String: Tensor] = [:]
    /// The file's own name of each tensor taken.
    private var sources: [String: String] = [:]

    init(_ file: SafetensorsFile, layout: String) {
        self.file = file
        self.layout = layout
    }

    /// A tensor taken, which may be replaced by what it means here.
    subscript(target: String) -> Tensor? {
        get { tensors[target] }
        set { tensors[target] = newValue }
    }

    /// The shape of the file's tensor `name`, which has `rank` extents.
    func extents(_ name: String, rank: Int) throws(CheckpointError) -> [Int] {
        guard let entry = file.entries[name] else {
            throw file.error(name, "missing; is this the \(layout) layout?")
        }
        guard entry.shape.count == rank else {
            throw file.error(name, "shape \(entry.shape); \(rank) extents are expected")
        }
        return entry.shape
    }

    /// Takes the file's tensor `source` under the name `target`, and returns it.
    @discardableResult
    mutating func take(_ source: String, as target: String) throws(CheckpointError) -> Tensor {
        sources[target] = source
        let tensor = try file.tensor(source)
        tensors[target] = tensor
        return tensor
    }

    /// The same with all extents but one dropped.
    mutating func takeFlat(_ source: String, as target: String) throws(CheckpointError) {
        let tensor = try take(source, as: target)
        tensors[target] = tensor.reshaped([tensor.values.count])
    }

    /// The checkpoint of the tensors taken; its errors name them as the file does.
    ///
    /// A tensor that nobody asked for would change what the model computes, unless it is one of `idle`.
    func checkpoint(
        _ architecture: CheckpointMetadata.Architecture,
        _ options: Importer.Options,
        idle: Set<String> = []
    ) throws(CheckpointError) -> Checkpoint {
        let used = idle.union(sources.values)
        if let first = file.entries.keys.filter({ !used.contains($0) }).min() {
            throw file.error(first, "not part of the \(layout) layout as inferred from the other tensors")
        }
        let metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: options.preprocessing,
            provenance: options.provenance
        )
        do {
            return try Checkpoint(metadata: metadata, tensors: tensors, name: file.name)
        } catch {
            guard case .tensor(let target) = error.place, let source = sources[target] else { throw error }
            throw file.error(source, error.problem)
        }
    }
}
