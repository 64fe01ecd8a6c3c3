// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

// @unchecked: the pointers and the sizes never change. Threads write the sums of different grains, and nobody adds them up
// before all have; that is the contract of `WorkPool.forEach`, whose indices are handed out once each.

/// Sums in double precision over the grains of a batch, each grain's kept apart until all are added in order.
///
/// Which thread summed which grain decides no bit of the total.
public final class GrainSums: @unchecked Sendable {
    /// Numbers summed.
    public let count: Int
    /// Grains there is room for.
    let grains: Int
    private let pointer: UnsafeMutablePointer<Double>
    /// Of each grain, the rows that were summed.
    private let rows: UnsafeMutablePointer<Int>

    /// Room for `count` sums of each of `grains` grains, zeros at first.
    public init(grains: Int, count: Int) {
        precondition(grains >= 0 && count >= 0, "\(count) sums of \(grains) grains")
        self.grains = grains
        self.count = count
        pointer = UnsafeMutablePointer<Double>.allocate(capacity: grains * count)
        pointer.initialize(repeating: 0, count: grains * count)
        rows = UnsafeMutablePointer<Int>.allocate(capacity: grains)
        rows.initialize(repeating: 0, count: grains)
    }

    deinit {
        pointer.deallocate()
        rows.deallocate()
    }

    /// The sums over the first `grains` grains.
    public func total(_ grains: Int) -> [Double] {
        precondition(grains <= self.grains, "\(grains) of \(self.grains) grains")
        var total = [Double](repeating: 0, count: count)
        for grain in 0..<grains {
            for index in 0..<count { total[index] += pointer[grain * count + index] }
        }
        return total
    }

    /// The rows that the first `grains` grains were summed over.
    func rowCount(_ grains: Int) -> Int {
        precondition(grains <= self.grains, "\(grains) of \(self.grains) grains")
        return (0..<grains).reduce(0) { $0 + rows[$1] }
    }

    /// Overwrites the sums of `grain` by Σ a and Σ a·b of every channel, over all rows; a and b have one shape.
    func set(_ grain: Int, _ a: RowView, _ b: RowView, _ kernels: KernelSet) {
        precondition(grain < grains && 2 * a.channels <= count, "grain \(grain) of \(grains), \(a.channels) channels")
        let (sums, products) = (pointer + grain * count, pointer + grain * count + a.channels)
        sums.update(repeating: 0, count: 2 * a.channels)
        kernels.sumProducts(a, b, sums, products)
        rows[grain] = a.rows
    }
}
