// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A dense array of numbers with a shape, rows last: how parameters and files hold their values.
///
/// The engine computes in aligned buffers; a tensor is what goes into a layer when it is made.
public struct Tensor: Sendable {
    /// Extent of every dimension, slowest first; empty for a single number.
    public let shape: [Int]
    /// The numbers in row-major order; as many as the shape says.
    public let values: [Float]

    /// A tensor of `values`, as many as `shape` says.
    public init(shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "a tensor of shape \(shape) got \(values.count) values")
        self.shape = shape
        self.values = values
    }

    /// The same numbers, their axes in the order `axes`: axis i of the result is axis `axes[i]` of this tensor.
    public func transposed(_ axes: [Int]) -> Tensor {
        precondition(axes.sorted() == Array(shape.indices), "\(axes) does not order \(shape.count) axes")
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        var offsets = [0]
        for axis in axes {
            offsets = offsets.flatMap { offset in (0..<shape[axis]).map { offset + $0 * strides[axis] } }
        }
        return Tensor(shape: axes.map { shape[$0] }, values: offsets.map { values[$0] })
    }

    /// The slices of the first axis that `order` names, in that order.
    public func selecting(_ order: [Int]) -> Tensor {
        let size = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [order.count] + shape.dropFirst(),
            values: order.flatMap { values[$0 * size..<($0 + 1) * size] }
        )
    }

    /// The same numbers under another shape of the same size.
    public func reshaped(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, values: values)
    }
}
