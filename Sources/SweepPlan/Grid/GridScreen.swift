// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What a point of the grid is.
enum GridVerdict {
    case cell
    /// An earlier section has the same cell.
    case duplicate
    case excluded
}

/// The tests that tell a section's cells from its other points, compiled to bits.
///
/// Every test is a conjunction over axes, so each axis holds for each of its values the bits of the tests which that
/// value passes, and the bits of a point are the conjunction of its values' bits. Values with equal bits share them.
/// There is one bit for each exclusion, and for each earlier section of the same kind one that says "its product holds
/// this point" and one for each of its exclusions: the point repeats that section's cell when the first is set and none
/// of the others. Only where an earlier section zips axes that this one does not must values be looked at together
/// (`joints`).
struct GridScreen: Sendable {
    /// The bits of all values of one axis.
    struct AxisBits: Sendable {
        /// Which of `classes` each value belongs to; nil when there is only one.
        let classOfValue: [UInt32]?
        let classes: [[UInt64]]

        func bits(_ value: Int) -> [UInt64] { classes[classOfValue.map { Int($0[value]) } ?? 0] }
    }

    /// The bits of an earlier section.
    struct Earlier: Sendable {
        let membership: Int
        let exclusions: Range<Int>
    }

    /// An earlier section's zipped axis whose coordinates several axes of this section set.
    struct Joint: Sendable {
        let membership: Int
        let zipped: GridAxis
        /// This section's axes that set the coordinates of `zipped`.
        let axes: [Int]
    }

    let wordCount: Int
    let exclusions: Range<Int>
    let earlier: [Earlier]
    let axisBits: [AxisBits]
    let joints: [Joint]

    /// Compiles the tests of `section` against the sections before it.
    init(_ section: GridSection, after sections: [GridSection]) {
        let related = sections.filter { $0.kind == section.kind && Self.mayOverlap(section, $0) }
        exclusions = section.exclusions.indices
        var tests: [Test] = section.exclusions.map(Test.exclusion)
        var earlier: [Earlier] = []
        var joints: [Joint] = []
        for other in related {
            earlier.append(
                Earlier(membership: tests.count, exclusions: tests.count + 1..<tests.count + 1 + other.exclusions.count)
            )
            joints += Self.spans(of: section, in: other).map { axis, spanned in
                Joint(membership: tests.count, zipped: axis, axes: spanned)
            }
            tests.append(.membership(other))
            tests += other.exclusions.map(Test.exclusion)
        }
        self.earlier = earlier
        self.joints = joints
        let words = (tests.count + 63) / 64
        wordCount = words
        axisBits = section.axes.map { Self.compile($0, tests: tests, wordCount: words) }
    }

    /// What the point is whose values have the conjunction `bits`.
    func verdict(_ bits: [UInt64], jointHolds: (Joint) -> Bool) -> GridVerdict {
        func isSet(_ bit: Int) -> Bool { bits[bit / 64] >> UInt64(bit % 64) & 1 == 1 }
        if exclusions.contains(where: isSet) { return .excluded }
        let isRepeated = earlier.contains { other in
            isSet(other.membership) && !other.exclusions.contains(where: isSet)
                && joints.allSatisfy { $0.membership != other.membership || jointHolds($0) }
        }
        return isRepeated ? .duplicate : .cell
    }
}

extension GridScreen {
    private enum Test {
        case exclusion(GridExclusion)
        case membership(GridSection)

        /// Whether a value of `axis` passes what the axis decides alone; nil when that is nothing.
        func part(decidedBy axis: GridAxis) -> ((_ value: Int) -> Bool)? {
            switch self {
            case .exclusion(let exclusion): exclusion.part(decidedBy: axis)
            case .membership(let section): section.part(decidedBy: axis)
            }
        }
    }

    private static func compile(_ axis: GridAxis, tests: [Test], wordCount: Int) -> AxisBits {
        let parts = tests.enumerated().compactMap { number, test in test.part(decidedBy: axis).map { (number, $0) } }
        let all = [UInt64](repeating: .max, count: wordCount)
        guard !parts.isEmpty else { return AxisBits(classOfValue: nil, classes: [all]) }
        var classes: [[UInt64]] = []
        var classNumbers: [[UInt64]: UInt32] = [:]
        let classOfValue = (0..<axis.count).map { value in
            var bits = all
            for (number, isPassed) in parts where !isPassed(value) { bits[number / 64] &= ~(1 << UInt64(number % 64)) }
            if let known = classNumbers[bits] { return known }
            classNumbers[bits] = UInt32(classes.count)
            classes.append(bits)
            return UInt32(classes.count - 1)
        }
        return AxisBits(classOfValue: classes.count == 1 ? nil : classOfValue, classes: classes)
    }

    /// Whether each axis of `section` has a value that `other` may hold; if not, they share no point.
    private static func mayOverlap(_ section: GridSection, _ other: GridSection) -> Bool {
        section.axes.allSatisfy { axis in
            guard let mayHold = other.part(decidedBy: axis) else { return true }
            return (0..<axis.count).contains(where: mayHold)
        }
    }

    /// The zipped axes of `other` whose coordinates more than one axis of `section` sets, with those axes.
    private static func spans(of section: GridSection, in other: GridSection) -> [(GridAxis, [Int])] {
        other.axes.compactMap { axis in
            let spanned = Set(axis.coordinates.map { section.places[$0].axis }).sorted()
            return spanned.count > 1 ? (axis, spanned) : nil
        }
    }
}

extension GridScreen.Joint {
    /// Whether the zipped axis has the coordinates that `section` has at `values`.
    func holds(in section: GridSection, values: [Int]) -> Bool {
        zipped.value { section.code(zipped.coordinates[$0], values: values) } != nil
    }
}

extension GridSection {
    /// Whether this section's axes that set only coordinates of `axis` have what a value of `axis` says; nil if there
    /// are none.
    fileprivate func part(decidedBy axis: GridAxis) -> ((_ value: Int) -> Bool)? {
        let own = axes.compactMap { own -> (GridAxis, [[UInt64]])? in
            let columns = own.coordinates.compactMap { axis.coordinates.firstIndex(of: $0) }
            return columns.count == own.coordinates.count ? (own, columns.map { axis.columns[$0] }) : nil
        }
        return own.isEmpty
            ? nil : { value in own.allSatisfy { own, columns in own.value { columns[$0][value] } != nil } }
    }
}
