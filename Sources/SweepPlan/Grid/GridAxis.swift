// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One digit of a section's mixed-radix numbers: an axis, or several that a `zip` advances together.
///
/// A value is a code for each of the axis's coordinates. Repeated values are kept once, at their first place.
struct GridAxis: Sendable {
    /// The coordinates that the axis sets; more than one where axes are zipped.
    let coordinates: [Int]
    /// For each of `coordinates`, the codes of all values.
    let columns: [[UInt64]]
    /// How often the sweep file gives each value; nil when it gives each once.
    let weights: [UInt32]?
    /// The values in ascending order of their codes, for lookup by binary search: a third of a dictionary's memory.
    private let ascending: [UInt32]

    /// Number of different values.
    var count: Int { ascending.count }

    /// An axis from values in the order of the sweep file, `written[column][value]`; there is at least one value.
    init(coordinates: [Int], written: [[UInt64]]) {
        precondition(!written.isEmpty && written.allSatisfy { $0.count == written[0].count && !$0.isEmpty })
        self.coordinates = coordinates
        let sorted = (0..<UInt32(written[0].count)).sorted { Self.precedes(Int($0), Int($1), in: written) }
        var weights = [UInt32](repeating: 0, count: sorted.count)
        var firsts: [UInt32] = []
        for value in sorted {
            if let first = firsts.last, written.allSatisfy({ $0[Int(first)] == $0[Int(value)] }) {
                weights[Int(first)] += 1
            } else {
                firsts.append(value)
                weights[Int(value)] = 1
            }
        }
        guard firsts.count < sorted.count else {
            (columns, self.weights, ascending) = (written, nil, sorted)
            return
        }
        let kept = weights.indices.filter { weights[$0] > 0 }
        var place = [UInt32](repeating: 0, count: weights.count)
        for (index, value) in kept.enumerated() { place[value] = UInt32(index) }
        columns = written.map { column in kept.map { column[$0] } }
        self.weights = kept.map { weights[$0] }
        ascending = firsts.map { place[Int($0)] }
    }

    /// Ascending codes, then ascending place: the first of equal values comes first.
    private static func precedes(_ left: Int, _ right: Int, in columns: [[UInt64]]) -> Bool {
        for column in columns where column[left] != column[right] {
            return column[left] < column[right]
        }
        return left < right
    }

    /// How often the sweep file gives `value`.
    func weight(_ value: Int) -> Int { weights.map { Int($0[value]) } ?? 1 }

    /// The value with the given code in each column, or nil.
    ///
    /// - Complexity: O(log `count`).
    func value(_ code: (_ column: Int) -> UInt64) -> Int? {
        var range = 0..<ascending.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let value = Int(ascending[middle])
            switch order(of: value, against: code) {
            case 0: return value
            case ..<0: range = middle + 1..<range.upperBound
            default: range = range.lowerBound..<middle
            }
        }
        return nil
    }

    private func order(of value: Int, against code: (Int) -> UInt64) -> Int {
        for column in columns.indices where columns[column][value] != code(column) {
            return columns[column][value] < code(column) ? -1 : 1
        }
        return 0
    }
}
