// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Vocabulary

/// Two runs, of one store or two, value by value.
public struct RunComparison: Sendable {
    /// One of the two.
    public struct Side: Sendable {
        /// The store.
        public var store: ResultStore
        /// The run's id.
        public var run: String

        /// A run of a store.
        public init(store: ResultStore, run: String) {
            self.store = store
            self.run = run
        }
    }

    /// Both, and what is compared with what.
    private struct Pair {
        var first: RunCell
        var second: RunCell
    }

    /// Which cells are compared.
    private let filter: CellFilter
    private let first: Side
    private let second: Side

    /// A comparison of the cells of two runs that pass `filter`.
    public init(_ first: Side, _ second: Side, filter: CellFilter = .all) {
        self.first = first
        self.second = second
        self.filter = filter
    }

    /// Compares every column of every cell, one cell at a time.
    ///
    /// Cells belong together when their ids are equal. Those that are left belong together when their names are: model,
    /// data set, split, transformation, seed and conditioning.
    ///
    /// - Throws: `ResultStoreError`; ``AnswerError/noCell(run:models:datasets:)`` where the filter leaves nothing of either.
    public func rows() throws -> [ComparisonRow] {
        let left = try first.store.cells(of: first.run).filter(filter.matches)
        let right = try second.store.cells(of: second.run).filter(filter.matches)
        guard !left.isEmpty || !right.isEmpty else {
            let cells = try first.store.cells(of: first.run)
            throw AnswerError.noCell(
                run: first.run,
                models: Set(cells.map(\.model)).sorted(),
                datasets: Set(cells.map(\.dataset)).sorted()
            )
        }
        let others = Dictionary(right.map { ($0.id, $0) }) { first, _ in first }
        let known = Set(left.map(\.id))
        var named = Dictionary(right.filter { !known.contains($0.id) }.map { (Name($0), $0) }) { first, _ in first }
        var rows: [ComparisonRow] = []
        for cell in left {
            let name = others[cell.id] == nil ? named.removeValue(forKey: Name(cell)) : nil
            if let other = others[cell.id] ?? name {
                rows += try compare(Pair(first: cell, second: other))
            } else {
                rows.append(ComparisonRow(cell, .onlyFirst))
            }
        }
        return rows + right.filter { named[Name($0)]?.id == $0.id }.map { ComparisonRow($0, .onlySecond) }
    }

    /// What makes two cells of different ids one question.
    private struct Name: Hashable {
        var subject: Subject
        var transform: String
        var parameters: String

        init(_ cell: RunCell) {
            subject = Subject(cell)
            (transform, parameters) = (cell.transform, cell.parameters)
        }
    }

    private func compare(_ pair: Pair) throws -> [ComparisonRow] {
        let left = try first.store.values(of: pair.first.id)
        let right = try second.store.values(of: pair.second.id)
        let common = Set(left.indices).intersection(right.indices)
        var row = ComparisonRow(pair.first, .identical)
        row.isByName = pair.first.id != pair.second.id
        row.compared = common.count
        row.onlyFirst = left.indices.count - common.count
        row.onlySecond = right.indices.count - common.count
        let isAligned = left.indices == right.indices
        let one = isAligned ? left : left.kept { common.contains($0) }
        let other = isAligned ? right : right.kept { common.contains($0) }
        let names = Set(one.values.keys).union(other.values.keys)
        let ordered = (names.contains("bpd") ? ["bpd"] : []) + names.subtracting(["bpd"]).sorted()
        let differing = ordered.compactMap { Self.difference($0, one[$0], other[$0], in: row) }
        if !differing.isEmpty { return differing }
        if !isAligned { row.state = .incomplete }
        return [row]
    }

    /// The row of a column that is not the same in both; nil for one that is.
    private static func difference(
        _ name: String,
        _ first: [Float]?,
        _ second: [Float]?,
        in row: ComparisonRow
    ) -> ComparisonRow? {
        var row = row
        row.state = .differs
        row.column = name
        guard let first, let second else {
            row.compared = 0
            return row
        }
        var (sum, finite, largest) = (0.0, 0, 0.0)
        for (left, right) in zip(first, second) {
            let isEqual = left.bitPattern == right.bitPattern
            if !isEqual { row.differing += 1 }
            guard left.isFinite, right.isFinite else {
                row.nonFinite += isEqual ? 0 : 1
                continue
            }
            let distance = abs(Double(left) - Double(right))
            finite += 1
            sum += distance
            largest = max(largest, distance)
        }
        guard row.differing > 0 else { return nil }
        if finite > 0 { (row.largest, row.meanAbsolute) = (largest, sum / Double(finite)) }
        return row
    }
}
