// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Grid {
    /// How many of the combinations that a sweep file spells out are cells.
    public struct Tally: Hashable, Sendable {
        /// Combinations that are scored, each counted once.
        public var cells: Int
        /// Combinations that repeat a cell: a value given twice, a transform or a block that overlaps an earlier one.
        public var duplicates: Int
        /// Combinations removed by `exclude` or `when`.
        public var excluded: Int

        /// A tally of nothing unless said otherwise.
        public init(cells: Int = 0, duplicates: Int = 0, excluded: Int = 0) {
            self.cells = cells
            self.duplicates = duplicates
            self.excluded = excluded
        }
    }

    /// Counts cells, duplicates and excluded combinations without visiting them.
    ///
    /// - Complexity: the number of values on all axes, not their product; where a block repeats parts of an earlier one
    ///   that zips its axes differently, the product of the axes concerned.
    public func tally() -> Tally {
        zip(sections, screens).reduce(into: Tally()) { tally, pair in
            SectionTally(section: pair.0, screen: pair.1).add(to: &tally)
        }
    }
}

/// Counts one section by the bits of its values: axes that decide alone are counted by classes of equal bits.
private struct SectionTally {
    let section: GridSection
    let screen: GridScreen

    /// Number of value combinations with equal bits, and how often the sweep file gives them.
    struct Share {
        var count = 0
        var weight = 0
    }

    func add(to tally: inout Grid.Tally) {
        let all = [UInt64](repeating: .max, count: screen.wordCount)
        let groups = axisGroups().map { $0.count == 1 ? classes(of: $0[0]) : combinations(of: $0) }
        add(groups[...], bits: all, share: Share(count: 1, weight: 1), to: &tally)
    }

    private func add(_ groups: ArraySlice<[[UInt64]: Share]>, bits: [UInt64], share: Share, to tally: inout Grid.Tally)
    {
        guard let group = groups.first else {
            switch screen.verdict(bits, jointHolds: { _ in true }) {
            case .excluded: tally.excluded += share.weight
            case .duplicate: tally.duplicates += share.weight
            case .cell:
                tally.cells += share.count
                tally.duplicates += share.weight - share.count
            }
            return
        }
        for (groupBits, groupShare) in group {
            let joined = Share(count: share.count * groupShare.count, weight: share.weight * groupShare.weight)
            add(groups.dropFirst(), bits: zip(bits, groupBits).map(&), share: joined, to: &tally)
        }
    }

    /// The axes of the section, those together that a joint test must see together.
    private func axisGroups() -> [[Int]] {
        screen.joints.reduce(into: section.axes.indices.map { [$0] }) { groups, joint in
            let touched = groups.filter { !Set($0).isDisjoint(with: joint.axes) }
            groups.removeAll { !Set($0).isDisjoint(with: joint.axes) }
            groups.append(touched.flatMap(\.self).sorted())
        }
    }

    private func classes(of axis: Int) -> [[UInt64]: Share] {
        let bits = screen.axisBits[axis]
        var shares = [Share](repeating: Share(), count: bits.classes.count)
        for value in 0..<section.axes[axis].count {
            let number = bits.classOfValue.map { Int($0[value]) } ?? 0
            shares[number].count += 1
            shares[number].weight += section.axes[axis].weight(value)
        }
        return Dictionary(uniqueKeysWithValues: zip(bits.classes, shares))
    }

    /// Visits the product of a few axes, and clears the bits of the joint tests that fail.
    private func combinations(of axes: [Int]) -> [[UInt64]: Share] {
        var shares: [[UInt64]: Share] = [:]
        var values = section.axes.map { _ in 0 }
        let joints = screen.joints.filter { Set(axes).isSuperset(of: $0.axes) }
        func visit(_ rest: ArraySlice<Int>, bits: [UInt64], weight: Int) {
            guard let axis = rest.first else {
                var bits = bits
                for joint in joints where !joint.holds(in: section, values: values) {
                    bits[joint.membership / 64] &= ~(1 << UInt64(joint.membership % 64))
                }
                shares[bits, default: Share()].count += 1
                shares[bits, default: Share()].weight += weight
                return
            }
            for value in 0..<section.axes[axis].count {
                values[axis] = value
                let joined = zip(bits, screen.axisBits[axis].bits(value)).map(&)
                visit(rest.dropFirst(), bits: joined, weight: weight * section.axes[axis].weight(value))
            }
        }
        visit(axes[...], bits: [UInt64](repeating: .max, count: screen.wordCount), weight: 1)
        return shares
    }
}
