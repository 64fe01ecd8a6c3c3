// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

extension Grid {
    /// Cells spread over the whole grid, at even distances within each entry of a block's `transforms`, in the grid's order.
    ///
    /// - Parameter most: The most points that are looked at, all entries together; but each has eight at least.
    /// - Returns: The cells among those points: all cells, where `most` is no less than the number of points.
    package func spread(over most: Int) -> [CellSpec] {
        let shares = Self.shares(of: sections.map(\.pointCount), room: most, least: 8)
        var (first, cells) = (0, [CellSpec]())
        for (section, count) in zip(sections, shares) {
            for number in 0..<count {
                let point = first + Self.place(number, of: count, among: section.pointCount)
                if let cell = self[point] { cells.append(cell) }
            }
            first += section.pointCount
        }
        return cells
    }

    /// Parts of `room`: all that is wanted for who wants little, equal parts of the rest for the others.
    ///
    /// - Parameters:
    ///   - wishes: What each wants.
    ///   - room: What there is.
    ///   - least: What each gets that wants as much, however little there is.
    /// - Returns: What each gets.
    package static func shares(of wishes: [Int], room: Int, least: Int) -> [Int] {
        var shares = wishes
        var rest = room
        for (place, position) in wishes.indices.sorted(by: { wishes[$0] < wishes[$1] }).enumerated() {
            // Who wants most comes last and gets what the others leave.
            shares[position] = min(wishes[position], max(least, rest / (wishes.count - place)))
            rest -= shares[position]
        }
        return shares
    }

    /// The `number`-th of `count` places at even distances among `all`, the first and the last among them.
    private static func place(_ number: Int, of count: Int, among all: Int) -> Int {
        count < 2 ? 0 : Int((Double(number) * Double(all - 1) / Double(count - 1)).rounded())
    }
}
