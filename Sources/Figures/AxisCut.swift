// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Where an axis ends that a few values far beyond all others would press flat.
struct AxisCut: Hashable {
    /// What is on the axis.
    let kept: [Double]
    /// How many finite values lie beyond it.
    let count: Int
    /// The largest size on the axis.
    private let limit: Double

    /// A value is far beyond the others when it is a hundred times as large as three quarters of them.
    private static let factor = 100.0

    init(_ values: some Sequence<Double>) {
        let finite = values.filter(\.isFinite)
        let sizes = finite.map(abs).sorted()
        let usual = sizes.isEmpty ? 0 : sizes[(sizes.count - 1) * 3 / 4] * Self.factor
        guard let greatest = sizes.last, usual > 0, usual.isFinite, greatest > usual else {
            (kept, count, limit) = (finite, 0, sizes.last ?? 0)
            return
        }
        kept = finite.filter { abs($0) <= usual }
        count = finite.count - kept.count
        limit = kept.map(abs).max() ?? 0
    }

    /// Whether a value lies beyond the axis.
    func isBeyond(_ value: Double) -> Bool { count > 0 && value.isFinite && abs(value) > limit }

    /// What a reader must know; empty where nothing is cut off.
    var remark: String {
        guard count > 0 else { return "" }
        let (values, are) = count == 1 ? ("value", "is") : ("values", "are")
        return
            "\(HumanText.count(count)) \(values) far beyond \(NumberText.short(limit)) \(are) cut off; the table has them."
    }
}
