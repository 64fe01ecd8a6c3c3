// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// All that a terminal shows at one moment.
package struct Frame: Hashable, Sendable {
    /// Columns and rows.
    package let size: ScreenSize
    /// As many lines as there are rows; none is wider than the screen.
    package let lines: [ScreenLine]
    /// Where the cursor stands, counted from 0; nil: it is hidden.
    package let cursor: Position?

    package struct Position: Hashable, Sendable {
        package var row: Int
        package var column: Int

        package init(row: Int, column: Int) { (self.row, self.column) = (row, column) }
    }

    /// A frame of `lines` from the top; what does not fit is cut off.
    package init(_ lines: [ScreenLine], size: ScreenSize, cursor: Position? = nil) {
        self.size = size
        let shown = lines.prefix(size.height).map { $0.clipped(to: size.width) }
        self.lines = shown + Array(repeating: .empty, count: size.height - shown.count)
        self.cursor = cursor.map {
            Position(row: min($0.row, size.height - 1), column: min($0.column, size.width - 1))
        }
    }

    /// What turns a terminal that shows `old` into one that shows this frame: only lines that differ are written.
    ///
    /// - Parameters:
    ///   - old: What the terminal shows; nil, or of another size: the screen is cleared first.
    ///   - coloured: Whether colours are wanted; bold, faint and reversed letters are none.
    /// - Returns: Text for the terminal; empty when nothing differs.
    package func changes(from old: Frame?, coloured: Bool) -> String {
        let known = old?.size == size ? old : nil
        var text = known == nil ? "\u{1B}[0m\u{1B}[2J" : ""
        for (row, line) in lines.enumerated() where known.map({ $0.lines[row] != line }) ?? (line != .empty) {
            text += "\u{1B}[\(row + 1);1H" + line.sequence(coloured: coloured)
            // Clearing behind a line that ends in the last column would take away its last letter.
            if line.width < size.width { text += "\u{1B}[K" }
        }
        if !text.isEmpty || cursor != known?.cursor { text += cursorSequence }
        return text
    }

    private var cursorSequence: String {
        guard let cursor else { return "\u{1B}[?25l" }
        return "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H\u{1B}[?25h"
    }
}

/// The columns and rows of a terminal.
package struct ScreenSize: Hashable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) { (self.width, self.height) = (max(width, 1), max(height, 1)) }

    /// The smallest size that a full screen is drawn for.
    package static let smallest = ScreenSize(width: 60, height: 15)

    package var isEnough: Bool { width >= Self.smallest.width && height >= Self.smallest.height }
}
