// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Reporting
import Statistics
import Vocabulary

/// A run and some of its cells.
struct CellsPage {
    var facts: RunFacts
    var query: CellTableQuery
    /// Cells of all pages.
    var total: Int
    var cells: [SummarisedCell]

    /// What the page's twin has.
    struct Twin: Encodable {
        var run: RunFacts
        var total: Int
        var page: Int
        var pages: Int
        var cells: [CellFacts]
    }

    var twin: Twin {
        let paging = Paging(page: query.page, total: total)
        return Twin(
            run: facts,
            total: total,
            page: query.page,
            pages: paging.pages,
            cells: cells.map(CellFacts.init)
        )
    }

    func html(_ links: Links) -> HTML {
        let paging = Paging(page: query.page, total: total)
        let table = DataTable(
            caption: "Cells of run \(facts.run)",
            columns: columns(links),
            rows: cells.map { row($0, links) },
            empty: query.items.isEmpty
                ? "<p class=\"empty\">The run has no cells yet.</p>"
                : """
                <p class="empty">No cell of the run is like that. \
                <a href="\(links.run(facts.run))">Show all cells</a></p>
                """
        )
        return """
            <div id="heading" data-part>\(RunHeading(facts: facts).html)</div>
            <h2>Cells</h2>
            \(form(links))<div id="cells" data-part>
            <p class="count">\(counted(total, "cell"))\(sortedBy).</p>
            \(table.html)
            \(paging.html { links.run(facts.run, .cells, query.onPage($0).items) })</div>
            """
    }

    private var sortedBy: HTML {
        query.cells.order == .run ? "" : ", sorted by \(query.cells.order.rawValue)"
    }

    /// A form that asks for the same page with another choice: no script is needed.
    private func form(_ links: Links) -> HTML {
        let states: [HTML] = CellQuery.Condition.allCases.map { condition in
            let chosen: HTML = condition == query.cells.condition ? " selected" : ""
            return "<option value=\"\(condition.rawValue)\"\(chosen)>\(condition.title)</option>"
        }
        let kept: [HTML] = query.onPage(1).items.filter { $0.name != "q" && $0.name != "state" }
            .map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
        return """
            <form class="filter" role="search" method="get" action="\(links.run(facts.run))">
            <label>Cells with these words <input type="search" name="q" value="\(query.search)" \
            placeholder="glow noise 0.001"></label>
            <label>State <select name="state"><option value="">any</option>\(states)</select></label>
            \(kept)<button>Show</button>
            </form>

            """
    }

    private func columns(_ links: Links) -> [DataTable.Column] {
        func column(
            _ title: String,
            _ order: CellQuery.Order?,
            isNumeric: Bool = true,
            note: String = ""
        ) -> DataTable.Column {
            let isSorted = order == query.cells.order
            return DataTable.Column(
                title: title,
                isNumeric: isNumeric,
                note: note,
                sortAddress: order.map { links.run(facts.run, .cells, query.sorted(by: $0).items) },
                direction: isSorted ? (query.cells.isDescending ? .descending : .ascending) : nil
            )
        }
        return [
            column("cell", .run, isNumeric: false, note: "The beginning of the cell's id"),
            column("model", .model, isNumeric: false), column("data set", .dataset, isNumeric: false),
            column("transformation", .transform, isNumeric: false), column("seed", nil),
            column("images", .recorded), column("distribution", nil, isNumeric: false),
            column("mean", .mean, note: "Mean, in bits per dimension or as a share"),
            column(
                "Δ mean",
                .difference,
                note: "Mean difference from the same images without transformation, ± its standard error"
            ),
            column("raised", .raised, note: "Share of images that are above their value without transformation"),
            column("median", .median), column("sd", .deviation, note: "Sample standard deviation"),
            column("not finite", .nonFinite),
        ]
    }

    private func row(_ cell: SummarisedCell, _ links: Links) -> [HTML] {
        let (all, scale) = (cell.summary?.all, scale)
        let difference = all?.difference
        let trouble: HTML =
            cell.failedImages + cell.disputedShards == 0
            ? "" : " <span class=\"trouble\">\(Self.trouble(cell))</span>"
        let error = difference?.standardError.map { " ± \(PageNumber.text($0))" } ?? ""
        let address = links.cell(cell.id, of: facts.run)
        return [
            "<a href=\"\(address)\"><code>\(String(cell.id.description.prefix(8)))</code></a>",
            "\(cell.modelLabel)", "\(cell.spec.dataset)", "\(cell.spec.transform.brief)\(trouble)",
            "\(cell.spec.seed)",
            "\(HumanText.count(cell.recordedImages))/\(HumanText.count(cell.images))",
            strip(cell, scale),
            "\(PageNumber.text(all?.summary.mean))", "\(PageNumber.text(difference?.mean, signed: true))\(error)",
            "\(PageNumber.percent(difference?.raisedShare))", "\(PageNumber.text(all?.summary.median))",
            "\(PageNumber.text(all?.summary.standardDeviation))",
            all.map { $0.summary.nonFiniteCount > 0 ? "<strong>\($0.summary.nonFiniteCount)</strong>" : "0" } ?? "–",
        ]
    }

    /// Where a cell's values lie; of a classifier, which finds a class or does not, the mean says it.
    private func strip(_ cell: SummarisedCell, _ scale: ClosedRange<Double>?) -> HTML {
        guard let summary = cell.summary, summary.measure != .correct, let scale else { return "" }
        return HistogramStrip(summary.all.histogram, over: scale).html
    }

    /// What all rows' distributions are drawn over: from the smallest value of the page to the greatest, of cells that did
    /// not explode.
    private var scale: ClosedRange<Double>? {
        let summaries = cells.compactMap(\.summary).filter { $0.measure != .correct }.map(\.all)
        let medians = summaries.compactMap(\.summary.median).sorted()
        guard !medians.isEmpty else { return nil }
        let usual = 3 * abs(medians[medians.count / 2])
        let ranges = summaries.filter { abs($0.summary.maximum ?? 0) <= usual || usual == 0 }
            .compactMap(\.histogram.range)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max(), low < high else {
            return nil
        }
        return low...high
    }

    private static func trouble(_ cell: SummarisedCell) -> String {
        var words: [String] = []
        if cell.failedImages > 0 { words.append("\(counted(cell.failedImages, "image")) failed") }
        if cell.disputedShards > 0 { words.append("\(counted(cell.disputedShards, "shard")) disputed") }
        return words.joined(separator: ", ")
    }
}
