// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Networks
import Reporting
import ResultStore
import Vocabulary

/// The inputs of cells as one safetensors file.
struct InputsFile {
    /// What the file's metadata say of a cell.
    private struct Entry: Encodable {
        var cell: String
        var model: String
        var checkpoint: String
        var sha256: String
        var conditioning: String
        /// What is not standard of the estimate, as in `likelihood=interval draws=8`.
        var estimate: String
        var dataset: String
        var split: String
        /// The name of a data set that the project knows; nil for the user's own.
        var builtin: String?
        /// The user's own IDX files of images and labels.
        var files: [String]?
        var transform: String
        var parameters: String
        var seed: UInt64
        var indices: [UInt32]
    }

    /// The version of the layout.
    private static let format = 1

    private var entries: [Entry] = []
    private var tensors: [(name: String, shape: [Int], values: [Float])] = []

    /// Adds the inputs of `cell`, which `shard` computes again.
    mutating func add(_ cell: RunCell, _ shard: ShardSpec, _ inputs: ModelInputs) {
        let (builtin, files): (String?, [String]?) =
            switch shard.dataset.source {
            case .builtin(let name): (name, nil)
            case .idx(let images, let labels): (nil, [images, labels])
            }
        entries.append(
            Entry(
                cell: "\(cell.id)",
                model: cell.model,
                checkpoint: shard.model.location.text,
                sha256: "\(shard.model.digest)",
                conditioning: cell.conditioning.rawValue,
                estimate: cell.estimate.text,
                dataset: cell.dataset,
                split: cell.split,
                builtin: builtin,
                files: files,
                transform: cell.transform,
                parameters: cell.parameters,
                seed: cell.seed,
                indices: shard.indices
            )
        )
        let noise = inputs.noise.sorted { $0.key < $1.key }.map { ($0.key, inputs.shape, $0.value) }
        let others = [
            ("original", inputs.originalShape, inputs.originals), ("given", inputs.shape, inputs.given),
            ("dequantisation", inputs.shape, inputs.dequantisation),
        ]
        for (name, shape, images) in others + noise where !images.isEmpty {
            let sizes = [images.count, shape.height, shape.width, shape.channels]
            tensors.append(("\(cell.id).\(name)", sizes, images.flatMap(\.self)))
        }
    }

    /// The file's bytes.
    func encoded() throws -> [UInt8] {
        var writer = SafetensorsWriter(
            metadata: ["bitsweep.inputs": "\(Self.format)", "cells": try ReportJSON.text(entries)]
        )
        for (name, shape, values) in tensors { writer.add(name, shape: shape, floats: values) }
        return writer.encoded()
    }
}
