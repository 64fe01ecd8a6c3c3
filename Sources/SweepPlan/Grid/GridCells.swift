// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension Grid {
    /// The cells in the order of their points, made one by one.
    ///
    /// The order depends on the sweep file alone: blocks and transforms as written, then models, data sets, parameters
    /// in canonical order and seeds, each in the order of its values.
    public var cells: Cells { Cells(grid: self) }

    /// A lazy sequence of a grid's cells.
    public struct Cells: Sequence, Sendable {
        fileprivate let grid: Grid

        /// An iterator at the first cell.
        public func makeIterator() -> Iterator { Iterator(grid: grid) }

        /// A cell with its place.
        public struct Element: Hashable, Sendable {
            /// The cell's number among the cells, from 0; valid for this sweep file only, so never an identity.
            public let ordinal: Int
            /// The cell's number among the points.
            public let point: Int
            /// The cell.
            public let spec: CellSpec
        }

        /// Walks the points and stops at those that are cells.
        public struct Iterator: IteratorProtocol, Sendable {
            private let grid: Grid
            private var section = 0
            private var point = 0
            private var ordinal = 0
            /// At the next point to look at; nil after the last.
            private var cursor: GridCursor?

            fileprivate init(grid: Grid) {
                self.grid = grid
                cursor = grid.sections.first.map { GridCursor($0, grid.screens[0]) }
            }

            /// The next cell, or nil after the last.
            public mutating func next() -> Element? {
                // The cursor is never copied: two owners of its arrays would make every step copy them.
                while let verdict = cursor?.verdict {
                    defer { step() }
                    guard verdict == .cell, let codes = cursor?.codes else { continue }
                    defer { ordinal += 1 }
                    return Element(ordinal: ordinal, point: point, spec: grid.cell(section, codes: codes))
                }
                return nil
            }

            private mutating func step() {
                point += 1
                if cursor?.advance() == true { return }
                section += 1
                cursor = section < grid.sections.count ? GridCursor(grid.sections[section], grid.screens[section]) : nil
            }
        }
    }
}
