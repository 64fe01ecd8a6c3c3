// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A figure for people: a picture, what it shows in a sentence, and its numbers.
package protocol Figure: Sendable {
    /// What it is called, and what it was made from.
    var details: FigureDetails { get }
    /// What it shows, in a sentence made from its numbers.
    var finding: String { get }
    /// How many values stand behind a mark, and what its interval means.
    var caption: String { get }
    /// The same numbers as rows.
    var table: FigureTable { get }
    /// The figure at its final size.
    var page: Page { get }
}

extension Figure {
    /// What stands above it.
    package var title: String { details.title }

    /// The figure as the text of an SVG file; equal figures have equal bytes.
    ///
    /// Its size is in millimetres: as wide as `details.width` says, 170 mm high at most. All text is text, of 5 to
    /// 7 points, and does not overlap.
    package var svg: String { svg(page) }

    /// The text for the figure's `page`, for who has it already.
    func svg(_ page: Page) -> String {
        PageSVG(page: page, title: details.title, description: description, metadata: details.metadata).text
    }

    /// What readers are told who cannot see the figure.
    var description: String { caption.isEmpty ? finding : "\(finding) \(caption)" }
}

/// How wide figures are: a column of a journal, or the whole page (Nature, "Research figure guide").
public enum FigureWidth: Double, CaseIterable, Hashable, Sendable {
    /// 89 mm.
    case column = 89
    /// 183 mm.
    case page = 183

    /// In points.
    package var points: Double { rawValue * PageSVG.pointsPerMillimetre }
}

/// What belongs to every figure, whatever it shows.
public struct FigureDetails: Hashable, Sendable {
    /// What stands above it.
    public var title: String
    /// How wide it is.
    public var width: FigureWidth
    /// Whether ``Figure/caption`` stands below it, within the picture; a page that prints the caption itself says no.
    public var showsCaption: Bool
    /// What it was made from, such as a `run` and its `digest`, kept in the file; names are of letters.
    public var sources: [String: String]

    /// A figure one column wide, with its caption.
    public init(
        title: String,
        width: FigureWidth = .column,
        showsCaption: Bool = true,
        sources: [String: String] = [:]
    ) {
        self.title = title
        self.width = width
        self.showsCaption = showsCaption
        self.sources = sources
    }

    var metadata: [(name: String, value: String)] {
        let names = sources.keys.filter { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter } }
        return names.sorted().map { ($0, sources[$0] ?? "") }
    }
}

/// The numbers of a figure, as rows.
public struct FigureTable: Hashable, Sendable {
    /// What a row says in one column.
    public enum Cell: Hashable, Sendable {
        /// A name.
        case text(String)
        /// A measured number; NaN and infinity are kept.
        case number(Double)
        /// A number of things.
        case count(Int)
        /// Nothing was measured.
        case none

        /// A number, or nothing.
        static func optional(_ value: Double?) -> Cell { value.map(Cell.number) ?? .none }

        /// A number of things, or nothing.
        static func optional(_ value: Int?) -> Cell { value.map(Cell.count) ?? .none }
    }

    /// Names of the columns, in the words of the exports: lower case, without spaces.
    public var columns: [String]
    /// As many cells each as there are columns.
    public var rows: [[Cell]]

    /// A table; every row has as many cells as there are columns.
    public init(columns: [String], rows: [[Cell]]) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row of another length")
        self.columns = columns
        self.rows = rows
    }
}
