// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The labels of an axis, measured and placed: none overlaps another.
///
/// Labels that collide are broken into lines, then turned, then left out at equal distances.
struct AxisLabels: Hashable {
    /// A label before it has a place.
    struct Label: Hashable {
        var text: String
        /// Along the axis, in points from its beginning.
        var at: Double
    }

    /// Relative to the axis: along it from its beginning, and away from it.
    private(set) var texts: [PageText] = []
    /// What the labels take away from the axis, in points.
    private(set) var depth = 0.0
    /// How far they stick out before the axis's beginning.
    private(set) var before = 0.0
    /// How far they stick out behind its end.
    private(set) var behind = 0.0
    /// The positions of those that are shown.
    private(set) var positions: [Double] = []

    /// Between neighbouring labels, in points.
    private static let gap = 2.5
    static let metrics = TextMetrics(size: 6)

    /// Below a horizontal axis.
    ///
    /// - Parameters:
    ///   - choices: Sets of marks, each with fewer of them; the first one that fits on one line is taken.
    ///   - length: Of the axis.
    ///   - most: The most that the labels may take downwards.
    init(below choices: [[Label]], length: Double, most: Double) {
        let single = choices.first { Self.fitsSideBySide($0) }
        if let single {
            place(single, lines: single.map { [$0.text] })
        } else if let labels = choices.last {
            breakOrTurn(labels, most: most)
        }
        before = max(0, -(texts.map(\.box.left).min() ?? 0))
        behind = max(0, (texts.map(\.box.right).max() ?? 0) - length)
    }

    private static func fitsSideBySide(_ labels: [Label]) -> Bool {
        zip(labels, labels.dropFirst()).allSatisfy { left, right in
            (metrics.width(left.text) + metrics.width(right.text)) / 2 + gap <= abs(right.at - left.at)
        }
    }

    private mutating func breakOrTurn(_ labels: [Label], most: Double) {
        let slot = zip(labels, labels.dropFirst()).map { abs($1.at - $0.at) }.min() ?? .infinity
        let room = slot - Self.gap
        if labels.allSatisfy({ Self.metrics.hasWordsWithin(room, $0.text) }) {
            let lines = labels.map { Self.metrics.lines($0.text, within: room) }
            if (lines.map(\.count).max() ?? 0) <= 3 {
                place(labels, lines: lines)
                return
            }
        }
        let lineHeight = Self.metrics.lineHeight
        let stride = slot >= lineHeight ? 1 : Int((lineHeight / max(slot, 0.01)).rounded(.up))
        let shown = labels.indices.filter { $0.isMultiple(of: stride) }.map { labels[$0] }
        let lines = Int(max(1, min(3, slot * Double(stride) / lineHeight - 0.15)))
        turn(shown, lines: lines, most: most)
    }

    private mutating func place(_ labels: [Label], lines: [[String]]) {
        // Exponents reach higher than letters.
        let tops = labels.map { -PageText(text: $0.text, at: PagePoint(0, 0), size: Self.metrics.size).box.top }
        let ascent = tops.max() ?? 0
        for (label, lines) in zip(labels, lines) {
            for (row, line) in lines.enumerated() {
                let baseline = ascent + Double(row) * Self.metrics.lineHeight
                texts.append(PageText(text: line, at: PagePoint(label.at, baseline), size: 6, anchor: .middle))
            }
        }
        finish(labels)
    }

    private mutating func turn(_ labels: [Label], lines: Int, most: Double) {
        let metrics = Self.metrics
        for label in labels {
            let broken = metrics.lines(label.text, within: most, most: lines)
            let first = label.at - Double(broken.count - 1) / 2 * metrics.lineHeight + metrics.centring
            for (row, line) in broken.enumerated() {
                let at = PagePoint(first + Double(row) * metrics.lineHeight, 0)
                texts.append(PageText(text: line, at: at, size: 6, anchor: .end, isRotated: true))
            }
        }
        finish(labels)
    }

    private mutating func finish(_ labels: [Label]) {
        depth = texts.map(\.box.bottom).max() ?? 0
        positions = labels.map(\.at)
    }

    /// Left of a vertical axis; `at` of the labels counts downwards.
    ///
    /// - Parameters:
    ///   - choices: Sets of marks, each with fewer of them; the first one whose labels have a line each is taken.
    ///   - length: Of the axis.
    ///   - most: The most that a label may take to the left.
    init(leftOf choices: [[Label]], length: Double, most: Double) {
        let metrics = Self.metrics
        func slot(_ labels: [Label]) -> Double {
            zip(labels, labels.dropFirst()).map { abs($1.at - $0.at) }.min() ?? length
        }
        let fitting = choices.first { slot($0) >= metrics.lineHeight }
        guard var labels = fitting ?? choices.last else { return }
        if fitting == nil {
            let stride = Int((metrics.lineHeight / max(slot(labels), 0.01)).rounded(.up))
            labels = labels.indices.filter { $0.isMultiple(of: stride) }.map { labels[$0] }
        }
        let lines = Int(max(1, slot(labels) / metrics.lineHeight - 0.1))
        for label in labels {
            let broken = metrics.lines(label.text, within: most, most: lines)
            let first = label.at - Double(broken.count - 1) / 2 * metrics.lineHeight + metrics.centring
            for (row, line) in broken.enumerated() {
                let at = PagePoint(0, first + Double(row) * metrics.lineHeight)
                texts.append(PageText(text: line, at: at, size: 6, anchor: .end))
            }
        }
        depth = texts.map(\.box.width).max() ?? 0
        before = max(0, -(texts.map(\.box.top).min() ?? 0))
        behind = max(0, (texts.map(\.box.bottom).max() ?? 0) - length)
        positions = labels.map(\.at)
    }
}

extension Axis {
    /// The labels along an axis of `length` points, drawn from the left or from the top; sets of fewer and fewer marks.
    ///
    /// - Parameters:
    ///   - length: In points.
    ///   - distance: About how far marks lie from one another.
    ///   - isVertical: Whether numbers grow upwards, against the direction in which places are counted.
    /// - Returns: The sets, that with the most marks first.
    func choices(length: Double, distance: Double, isVertical: Bool) -> [[AxisLabels.Label]] {
        let most = max(2, min(7, Int(length / distance) + 1))
        func labels(_ ticks: AxisTicks) -> [AxisLabels.Label] {
            zip(ticks.values, ticks.labels).compactMap { value, text in
                part(value).map { AxisLabels.Label(text: text, at: (isVertical ? 1 - $0 : $0) * length) }
            }
        }
        switch scale {
        case .categories(let names):
            let step = length / Double(max(names.count, 1))
            return [names.enumerated().map { AxisLabels.Label(text: $1, at: (Double($0) + 0.5) * step) }]
        case .linear(let range):
            return stride(from: most, through: 2, by: -1).map { labels(AxisTicks(range, count: $0).within(range)) }
        case .logarithmic(let range):
            return stride(from: 2 * most, through: 1, by: -1).map {
                labels(AxisTicks(decadesWithin: range, most: $0).within(range))
            }
        }
    }
}
