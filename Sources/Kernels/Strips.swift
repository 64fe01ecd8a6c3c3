// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How element-wise kernels see views of any stride: a few whole vectors at a time, in packed buffers on the stack.
enum Strips {
    /// Elements of a strip: four buffers of them are as much as is certain to be allocated on the stack.
    static let capacity = 64

    typealias Buffer = UnsafeMutablePointer<Float>

    /// Lends four buffers of `capacity` floats, zeros at first.
    static func withBuffers<Result>(_ body: (Buffer, Buffer, Buffer, Buffer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * capacity) { memory in
            memory.initialize(repeating: 0)
            guard let first = memory.baseAddress else { preconditionFailure("a temporary allocation has an address") }
            return body(first, first + capacity, first + 2 * capacity, first + 3 * capacity)
        }
    }

    /// Splits the elements of `view` into strips: how many elements, in how many vectors.
    static func forEach(_ view: RowView, _ body: (_ count: Int, _ vectors: Int) -> Void) {
        forEach(view.rows * view.channels, body)
    }

    /// Splits `total` elements into strips: how many elements, in how many vectors.
    @inline(__always)
    static func forEach(_ total: Int, _ body: (_ count: Int, _ vectors: Int) -> Void) {
        for start in stride(from: 0, to: total, by: capacity) {
            let count = min(capacity, total - start)
            body(count, (count + 15) / 16)
        }
    }
}
