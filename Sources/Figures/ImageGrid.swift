// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Pictures in rows and columns with headings, names of rows, and lines of text below each.
struct ImageGrid: Hashable {
    /// A picture and what stands below it.
    struct Cell: Hashable {
        var image: PixelImage
        var lines: [String] = []
    }

    /// Pictures beside one another.
    struct Row: Hashable {
        var name: String
        /// One for each column; nil for an empty place.
        var cells: [Cell?]
    }

    var title: String
    var columns: [String]
    var rows: [Row]
    var colourBars: [ColourBar] = []
    var note = ""

    private static let metrics = TextMetrics(size: 6)
    private static let gap = 4.0
    /// The longest side of a picture: more shows nothing new of 32 pixels.
    private static let greatest = 62.0
    /// The shortest side of a picture that shows anything.
    private static let least = 14.0

    /// The grid on a page of `width` points; rows that do not fit are left out, and the note says so.
    func page(width: Double) -> Page {
        func height(_ side: Double, _ rows: Int) -> Double {
            Layout(self, width: width, side: side, rows: rows, hasPictures: false).height
        }
        var side = Self.greatest
        while side > Self.least * 1.5, height(side, rows.count) > ChartLayout.greatestHeight { side *= 0.94 }
        var (fits, tooMany) = (min(1, rows.count), rows.count + 1)
        while tooMany - fits > 1 {
            let middle = (fits + tooMany) / 2
            if height(side, middle) <= ChartLayout.greatestHeight { fits = middle } else { tooMany = middle }
        }
        return Layout(self, width: width, side: side, rows: fits, hasPictures: true).page
    }

    /// The grid with everything in its place.
    private struct Layout {
        let grid: ImageGrid
        let width: Double
        private(set) var marks: [PageMark] = []
        private(set) var height = 0.0
        private let shown: Int
        private let nameWidth: Double
        private let cellWidth: Double
        private let shownColumns: Int
        private let side: Double
        /// Whether pictures are made: where only the height is asked for they are not.
        private let hasPictures: Bool

        var page: Page { Page(width: width, height: height, marks: marks) }

        init(_ grid: ImageGrid, width: Double, side: Double, rows shown: Int, hasPictures: Bool) {
            self.hasPictures = hasPictures
            self.grid = grid
            self.width = width
            self.shown = shown
            let inner = width - 2 * ChartLayout.padding
            let names = grid.rows.map { ImageGrid.metrics.width($0.name) }.max() ?? 0
            nameWidth = names == 0 ? 0 : min(names, inner * 0.25) + 3
            let room = inner - nameWidth
            shownColumns = min(
                grid.columns.count,
                max(1, Int((room + ImageGrid.gap) / (ImageGrid.least + ImageGrid.gap)))
            )
            let count = Double(max(shownColumns, 1))
            cellWidth = min((room - ImageGrid.gap * (count - 1)) / count, max(side, ImageGrid.least) * 1.35)
            self.side = min(side, cellWidth)
            addHead()
            for row in grid.rows.prefix(shown) { add(row) }
            addNote()
        }

        private func left(_ column: Int) -> Double {
            ChartLayout.padding + nameWidth + Double(column) * (cellWidth + ImageGrid.gap)
        }

        private mutating func addHead() {
            let inner = width - 2 * ChartLayout.padding
            let title = ChartLayout.titleMetrics
            height = ChartLayout.padding
            for line in title.lines(grid.title, within: inner, most: 4) {
                let at = PagePoint(ChartLayout.padding, height + title.size * TextMetrics.ascent)
                marks.append(.text(PageText(text: line, at: at, size: title.size, isBold: true)))
                height += title.lineHeight
            }
            height += 2
            for bar in grid.colourBars {
                marks += bar.marks(at: PagePoint(ChartLayout.padding, height), width: inner)
                height += ColourBar.height
            }
            let headings = grid.columns.prefix(shownColumns).map {
                ImageGrid.metrics.lines($0, within: cellWidth, most: 4)
            }
            let most = headings.map(\.count).max() ?? 0
            for (column, lines) in headings.enumerated() {
                addLines(lines, column, from: height + Double(most - lines.count) * ImageGrid.metrics.lineHeight)
            }
            height += Double(most) * ImageGrid.metrics.lineHeight + 1
        }

        /// Lines of text in the middle of a column.
        private mutating func addLines(_ lines: [String], _ column: Int, from top: Double) {
            for (row, line) in lines.enumerated() {
                let metrics = ImageGrid.metrics
                let baseline = top + Double(row) * metrics.lineHeight + metrics.size * TextMetrics.ascent
                let at = PagePoint(left(column) + cellWidth / 2, baseline)
                marks.append(.text(PageText(text: line, at: at, size: metrics.size, anchor: .middle)))
            }
        }

        private mutating func add(_ row: Row) {
            let metrics = ImageGrid.metrics
            let most = max(1, Int(side / metrics.lineHeight))
            let names = metrics.lines(row.name, within: max(nameWidth - 3, 1), most: most)
            let first = height + side / 2 - Double(names.count - 1) / 2 * metrics.lineHeight + metrics.centring
            for (position, line) in names.enumerated() where !line.isEmpty {
                let at = PagePoint(ChartLayout.padding, first + Double(position) * metrics.lineHeight)
                marks.append(.text(PageText(text: line, at: at, size: metrics.size)))
            }
            var below = 0.0
            for (column, cell) in row.cells.prefix(shownColumns).enumerated() {
                guard let cell else { continue }
                add(cell.image, column)
                let lines = cell.lines.flatMap { metrics.lines($0, within: cellWidth, most: 2) }
                addLines(lines, column, from: height + side + 2)
                below = max(below, Double(lines.count) * metrics.lineHeight)
            }
            height += side + 2 + below + ImageGrid.gap
        }

        private mutating func add(_ image: PixelImage, _ column: Int) {
            let scale = side / Double(max(image.width, image.height))
            let (wide, high) = (Double(image.width) * scale, Double(image.height) * scale)
            let left = left(column) + (cellWidth - wide) / 2
            let box = PageRectangle(left: left, top: height, right: left + wide, bottom: height + high)
            guard hasPictures else { return }
            // 192 pixels a side are squares enough for print and screens.
            let factor = max(1, 192 / max(image.width, image.height))
            guard let bytes = try? image.enlarged(by: factor).png() else { return }
            marks.append(.image(bytes, box))
            marks.append(.rectangle(box, Paint(stroke: Palette.outline, strokeWidth: 0.3)))
        }

        private mutating func addNote() {
            let metrics = ChartLayout.noteMetrics
            var parts: [String] = []
            if shown < grid.rows.count { parts.append("The first \(shown) of \(grid.rows.count) rows are drawn.") }
            if shownColumns < grid.columns.count {
                parts.append("The first \(shownColumns) of \(grid.columns.count) columns are drawn.")
            }
            if !grid.note.isEmpty { parts.append(grid.note) }
            let inner = width - 2 * ChartLayout.padding
            for line in parts.isEmpty ? [] : metrics.lines(parts.joined(separator: " "), within: inner, most: 12) {
                let at = PagePoint(ChartLayout.padding, height + metrics.size * TextMetrics.ascent)
                marks.append(.text(PageText(text: line, at: at, size: metrics.size)))
                height += metrics.lineHeight
            }
            height += ChartLayout.padding
        }
    }
}
