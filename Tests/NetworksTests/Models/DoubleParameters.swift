// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// A tensor in double precision.
struct DoubleTensor: Sendable {
    let shape: [Int]
    var values: [Double]
}

/// A model's parameters in double precision, for differences too small for single precision.
struct DoubleParameters: Sendable {
    var tensors: [String: DoubleTensor]
    /// The scope, without a dot at its end.
    private(set) var name = ""

    init(_ parameters: ParameterSet) {
        tensors = parameters.tensors.mapValues { DoubleTensor(shape: $0.shape, values: $0.values.map(Double.init)) }
    }

    /// The parameters in a vector of `layout`.
    init(_ layout: ParameterLayout, _ vector: [Double]) {
        tensors = [:]
        for spec in layout.specs {
            tensors[spec.name] = DoubleTensor(shape: spec.shape, values: Array(vector[layout.range(spec.name)]))
        }
    }

    func scope(_ inner: String) -> DoubleParameters {
        var scope = self
        scope.name = name.isEmpty ? inner : "\(name).\(inner)"
        return scope
    }

    subscript(inner: String) -> DoubleTensor {
        let full = name.isEmpty ? inner : "\(name).\(inner)"
        guard let tensor = tensors[full] else { preconditionFailure("no parameter '\(full)'") }
        return tensor
    }
}
