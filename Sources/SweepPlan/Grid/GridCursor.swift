// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A place in one section, advanced point by point like an odometer.
///
/// The conjunction of the bits of the first axes is kept for each length, so that a step only touches the axes that
/// turn.
struct GridCursor: Sendable {
    private let section: GridSection
    private let screen: GridScreen
    /// The value of each axis.
    private(set) var values: [Int]
    /// For each length 0, 1, …, the conjunction of that many axes' bits.
    private var conjunctions: [[UInt64]]

    /// A cursor at a point of the section.
    init(_ section: GridSection, _ screen: GridScreen, point: Int = 0) {
        self.section = section
        self.screen = screen
        var rest = point
        values = section.axes.map { _ in 0 }
        for axis in section.axes.indices.reversed() {
            (rest, values[axis]) = rest.quotientAndRemainder(dividingBy: section.axes[axis].count)
        }
        let all = [UInt64](repeating: .max, count: screen.wordCount)
        conjunctions = Array(repeating: all, count: section.axes.count + 1)
        conjoin(from: 0)
    }

    /// What the point is.
    var verdict: GridVerdict {
        screen.verdict(conjunctions[values.count]) { $0.holds(in: section, values: values) }
    }

    /// The codes of the point's coordinates.
    var codes: [UInt64] { section.places.indices.map { section.code($0, values: values) } }

    /// Steps to the next point; false, and back at the first, after the last.
    mutating func advance() -> Bool {
        for axis in values.indices.reversed() {
            values[axis] += 1
            if values[axis] < section.axes[axis].count {
                conjoin(from: axis)
                return true
            }
            values[axis] = 0
        }
        conjoin(from: 0)
        return false
    }

    private mutating func conjoin(from axis: Int) {
        guard screen.wordCount > 0 else { return }
        for axis in axis..<values.count {
            let bits = screen.axisBits[axis].bits(values[axis])
            for word in bits.indices { conjunctions[axis + 1][word] = conjunctions[axis][word] & bits[word] }
        }
    }
}
