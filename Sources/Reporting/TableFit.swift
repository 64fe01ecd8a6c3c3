// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which columns of a table are shown, and how wide.
struct TableFit {
    /// The columns that are shown, ascending.
    private(set) var columns: [Int]
    /// The width of every column, shown or not.
    private(set) var widths: [Int]
    /// Spaces between columns.
    private(set) var gap = 2

    /// Width of a line.
    var width: Int { width(of: widths) }

    /// Fits columns into `limit`: first their texts are shortened, then the gaps, then columns go.
    init(_ columns: [TextTable.Column], natural: [Int], into limit: Int?) {
        self.columns = Array(columns.indices)
        widths = natural
        guard let limit else { return }
        let narrowest = zip(columns, natural).map { column, width in
            if case .text(let minimum) = column.content { min(width, minimum) } else { width }
        }
        if width(of: narrowest) > limit { gap = 1 }
        var dropped = TableFit.dropOrder(columns)[...]
        while width(of: narrowest) > limit, let next = dropped.popFirst() {
            self.columns.removeAll { $0 == next }
        }
        if gap == 1, width(of: narrowest) + self.columns.count - 1 <= limit { gap = 2 }
        shorten(to: limit, narrowest: narrowest)
    }

    private func width(of widths: [Int]) -> Int {
        columns.reduce(0) { $0 + widths[$1] } + gap * max(columns.count - 1, 0)
    }

    /// Takes from the column with most to give until the line fits.
    private mutating func shorten(to limit: Int, narrowest: [Int]) {
        while width > limit {
            let giver = columns.max { widths[$0] - narrowest[$0] < widths[$1] - narrowest[$1] }
            guard let giver, widths[giver] > narrowest[giver] else { return }
            widths[giver] -= 1
        }
    }

    private static func dropOrder(_ columns: [TextTable.Column]) -> [Int] {
        columns.indices.compactMap { index in columns[index].dropOrder.map { (order: $0, index: index) } }
            .sorted { ($0.order, -$0.index) < ($1.order, -$1.index) }
            .map(\.index)
    }
}
