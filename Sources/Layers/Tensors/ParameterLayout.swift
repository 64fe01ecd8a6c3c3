// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Where each of a network's parameters lies in one flat vector, which is what optimisers work on.
public struct ParameterLayout: Sendable {
    /// The parameters in the order of their places.
    public let specs: [ParameterSpec]
    /// Numbers in the vector.
    public let count: Int
    private let ranges: [String: Range<Int>]

    /// Places `specs` one behind the other.
    public init(_ specs: [ParameterSpec]) {
        var ranges: [String: Range<Int>] = [:]
        var end = 0
        for spec in specs {
            let count = spec.shape.reduce(1, *)
            precondition(ranges.updateValue(end..<end + count, forKey: spec.name) == nil, "'\(spec.name)' stands twice")
            end += count
        }
        self.specs = specs
        self.ranges = ranges
        count = end
    }

    /// The place of the parameter called `name`, which must exist.
    public func range(_ name: String) -> Range<Int> {
        guard let range = ranges[name] else { preconditionFailure("no parameter '\(name)'") }
        return range
    }

    /// The vector of `parameters`, which hold every name.
    public func vector(_ parameters: ParameterSet) -> AlignedBuffer {
        let vector = AlignedBuffer(count: count)
        for spec in specs { vector.copy(parameters[spec.name].values, at: range(spec.name).lowerBound) }
        return vector
    }

    /// The tensors of a vector by their names.
    public func tensors(_ vector: AlignedBuffer) -> [String: Tensor] {
        precondition(vector.count == count, "a vector of \(vector.count) numbers; there are \(count) parameters")
        var tensors: [String: Tensor] = [:]
        for spec in specs { tensors[spec.name] = Tensor(shape: spec.shape, values: vector.values(range(spec.name))) }
        return tensors
    }
}

extension AlignedBuffer {
    /// The numbers in `range`, copied.
    public func values(_ range: Range<Int>) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) outside 0..<\(count)")
        return Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
    }

    /// Writes zeros everywhere.
    public func clear() { pointer.update(repeating: 0, count: count) }
}
