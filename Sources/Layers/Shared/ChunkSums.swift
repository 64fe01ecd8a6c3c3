// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

// @unchecked: the pointers and the sizes never change. Threads write the sums of different chunks, and nobody adds them
// up before all have; that is the contract of `WorkPool.forEach`, whose indices are handed out once each.

/// Sums in double precision over the chunks of a batch, each chunk's kept apart until all are added in order.
///
/// Which thread summed which chunk decides no bit of the total.
public final class ChunkSums: @unchecked Sendable {
    /// Numbers summed.
    public let count: Int
    /// Chunks there is room for.
    let chunks: Int
    private let pointer: UnsafeMutablePointer<Double>
    /// Of each chunk, the rows that were summed.
    private let rows: UnsafeMutablePointer<Int>

    /// Room for `count` sums of each of `chunks` chunks, zeros at first.
    public init(chunks: Int, count: Int) {
        precondition(chunks >= 0 && count >= 0, "\(count) sums of \(chunks) chunks")
        self.chunks = chunks
        self.count = count
        pointer = UnsafeMutablePointer<Double>.allocate(capacity: chunks * count)
        pointer.initialize(repeating: 0, count: chunks * count)
        rows = UnsafeMutablePointer<Int>.allocate(capacity: chunks)
        rows.initialize(repeating: 0, count: chunks)
    }

    deinit {
        pointer.deallocate()
        rows.deallocate()
    }

    /// The sums over the first `chunks` chunks.
    public func total(_ chunks: Int) -> [Double] {
        precondition(chunks <= self.chunks, "\(chunks) of \(self.chunks) chunks")
        var total = [Double](repeating: 0, count: count)
        for chunk in 0..<chunks {
            for index in 0..<count { total[index] += pointer[chunk * count + index] }
        }
        return total
    }

    /// The rows that the first `chunks` chunks were summed over.
    func rowCount(_ chunks: Int) -> Int {
        precondition(chunks <= self.chunks, "\(chunks) of \(self.chunks) chunks")
        return (0..<chunks).reduce(0) { $0 + rows[$1] }
    }

    /// Overwrites the sums of `chunk` by Σ a and Σ a·b of every channel, over all rows; a and b have one shape.
    func set(_ chunk: Int, _ a: RowView, _ b: RowView, _ kernels: KernelSet) {
        precondition(chunk < chunks && 2 * a.channels <= count, "chunk \(chunk) of \(chunks), \(a.channels) channels")
        let (sums, products) = (pointer + chunk * count, pointer + chunk * count + a.channels)
        sums.update(repeating: 0, count: 2 * a.channels)
        kernels.sumProducts(a, b, sums, products)
        rows[chunk] = a.rows
    }
}
