// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport

/// Another project's weights, to be saved again in the ways that people save them.
struct SavedWeights {
    /// The tensors by their names.
    var tensors: [String: Tensor] = [:]

    /// The weights of a fixture; every number is one that bfloat16 has, so that all floating-point types can hold them.
    init(fixture name: String) throws {
        let file = try SafetensorsFile(contentsOf: Checkout.fixture("\(name).safetensors"))
        for name in file.entries.keys {
            let tensor = try file.tensor(name)
            let rounded = tensor.values.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
            tensors[name] = Tensor(shape: tensor.shape, values: rounded)
        }
    }

    /// The same under other names; nil leaves a tensor out.
    func renamed(_ change: (String) -> String?) -> SavedWeights {
        var copy = self
        copy.tensors = [:]
        for (name, tensor) in tensors { if let new = change(name) { copy.tensors[new] = tensor } }
        return copy
    }

    /// PyTorch's newer names of weight-normed parameters.
    func parametrised() -> SavedWeights {
        renamed {
            $0.replacingOccurrences(of: ".weight_g", with: ".parametrizations.weight.original0")
                .replacingOccurrences(of: ".weight_v", with: ".parametrizations.weight.original1")
        }
    }

    /// The file's bytes; `others` stand beside the weights.
    func encoded(as type: ElementType = .float32, beside others: [String: Tensor] = [:]) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: ["format": "pt"])
        for (name, tensor) in tensors.merging(others, uniquingKeysWith: { own, _ in own }) {
            if type == .float64 {
                writer.add(name, shape: tensor.shape, doubles: tensor.values.map(Double.init))
            } else {
                writer.add(name, tensor, as: type)
            }
        }
        return writer.encoded()
    }

    /// What training keeps beside weights: counters, and an optimiser's tensors under the weights' own names.
    func trainingState() -> [String: Tensor] {
        var state = ["epoch": Tensor(shape: [], values: [7]), "global_step": Tensor(shape: [1], values: [12_000])]
        for (name, tensor) in tensors { state["optimizer.state.exp_avg.\(name)"] = tensor }
        return state
    }
}
