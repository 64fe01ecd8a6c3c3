// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import Reporting
import Statistics
import Vocabulary

/// One cell: how its values are distributed in each class, and what some of its images look like.
struct CellDetailPage {
    /// What there is of the images.
    enum Examples {
        case pictures([CellPicture])
        /// Why there are none, or none yet.
        case none(String)
    }

    var run: String
    var cell: SummarisedCell
    /// The same images without transformation; nil where there is no such cell or it is this one.
    var baseline: SummarisedCell?
    var examples: Examples

    /// What the page's twin has.
    struct Twin: Encodable {
        struct Example: Encodable {
            enum CodingKeys: String, CodingKey {
                case index, label = "class", bpd, bpdTransformed = "bpd_transformed"
            }

            var index: UInt32
            var label: Int
            var bpd: Double
            var bpdTransformed: Double
        }

        var run: String
        var cell: CellFacts
        var classes: [GroupFacts]
        var examples: [Example]
        /// Why there are none.
        var missing: String?
    }

    var twin: Twin {
        var (pictures, missing): ([CellPicture], String?) = ([], nil)
        switch examples {
        case .pictures(let some): pictures = some
        case .none(let reason): missing = reason
        }
        return Twin(
            run: run,
            cell: CellFacts(cell),
            classes: cell.summary?.classes.map(GroupFacts.init) ?? [],
            examples: pictures.map {
                Twin.Example(index: $0.index, label: $0.label, bpd: $0.before, bpdTransformed: $0.after)
            },
            missing: missing
        )
    }

    /// The page's heading.
    var title: String { "\(cell.modelLabel) · \(cell.spec.transform.brief) · \(cell.spec.dataset)" }

    func html(_ links: Links) -> HTML {
        """
        <div id="facts" data-part>\(FactList(facts: facts(links)).html)</div>
        <h2>Distribution by class</h2>
        <div id="distribution" data-part>\(distribution)</div>
        <h2>Examples</h2>
        <div id="examples" data-part>\(pictures)</div>
        """
    }

    private func facts(_ links: Links) -> [(name: String, value: HTML)] {
        var facts: [(name: String, value: HTML)] = [
            ("cell", "<code>\(cell.id.description)</code>"), ("model", "\(cell.spec.model)"),
            ("data set", "\(cell.spec.dataset), \(cell.split)"), ("transformation", "\(cell.spec.transform.brief)"),
            ("seed", "\(cell.spec.seed)"), ("likelihood", "\(likelihood)"),
            ("images", "\(HumanText.count(cell.recordedImages)) of \(HumanText.count(cell.images))"),
        ]
        if cell.failedImages > 0 { facts.append(("failed", "<strong>\(counted(cell.failedImages, "image"))</strong>")) }
        if cell.disputedShards > 0 {
            facts.append(("disputed", "<strong>\(counted(cell.disputedShards, "shard"))</strong>"))
        }
        if let other = cell.baseline, other != cell.id {
            let link: HTML = "<a href=\"\(links.cell(other, of: run))\">the same images as they are</a>"
            facts.append(("compared with", link))
        }
        return facts
    }

    /// The conditioning, and what is not standard of the estimate.
    private var likelihood: String {
        [cell.conditioning.rawValue, cell.estimate.caption].compactMap(\.self).joined(separator: ", ")
    }

    /// What the values are, with their unit.
    private var axis: String {
        cell.summary?.measure == .correct ? "Share of images whose class was found" : "Bits per dimension"
    }

    private var distribution: HTML {
        guard let summary = cell.summary else { return "<p class=\"empty\">Nothing is recorded yet.</p>" }
        let groups = [summary.all] + summary.classes
        let chart = DistributionChart(
            title: "\(axis) of \(cell.spec.transform.brief), by class",
            axis: axis,
            lines: groups.map { group in
                .init(name: Self.name(group), group: group, baseline: baseline?.summary?[group.label])
            }
        )
        return summary.measure == .correct ? Self.table(groups) : chart.html + Self.table(groups)
    }

    private static func name(_ group: CellSummary.Group) -> String { group.label.map { "class \($0)" } ?? "all" }

    private static func table(_ groups: [CellSummary.Group]) -> HTML {
        let titles = [
            "images", "not finite", "mean", "sd", "least", "¼", "median", "¾", "greatest", "Δ mean",
            "sd of Δ", "raised",
        ]
        let rows: [[HTML]] = groups.map { group in
            let (summary, difference) = (group.summary, group.difference)
            func fixed(_ value: Double?, signed: Bool = false) -> HTML { "\(PageNumber.text(value, signed: signed))" }
            return [
                "\(name(group))", "\(HumanText.count(summary.totalCount))",
                "\(HumanText.count(summary.nonFiniteCount))",
                fixed(summary.mean), fixed(summary.standardDeviation), fixed(summary.minimum),
                fixed(summary.lowerQuartile), fixed(summary.median), fixed(summary.upperQuartile),
                fixed(summary.maximum), fixed(difference?.mean, signed: true), fixed(difference?.standardDeviation),
                "\(PageNumber.percent(difference?.raisedShare))",
            ]
        }
        return DataTable(
            caption: "Figures by class",
            columns: [.init(title: "class")] + titles.map { .init(title: $0, isNumeric: true) },
            rows: rows
        ).html
    }

    private var pictures: HTML {
        switch examples {
        case .none(let reason): return "<p class=\"empty\">\(reason)</p>"
        case .pictures(let pictures):
            let items: [HTML] = pictures.map(Self.picture)
            return """
                <p>The images that changed most: as they are, and as the model saw them, with their bits per dimension.</p>
                <ul class="examples">\(items)</ul>
                """
        }
    }

    private static func picture(_ picture: CellPicture) -> HTML {
        let change = PageNumber.text(picture.after - picture.before, decimals: 3, signed: true)
        return """
            <li><figure>\(image(picture.original, "Image \(picture.index) as it is"))\
            \(image(picture.transformed, "Image \(picture.index) transformed"))
            <figcaption>image \(picture.index), class \(picture.label)<br>\
            \(PageNumber.text(picture.before, decimals: 3)) → \(PageNumber.text(picture.after, decimals: 3)) \
            (\(change))</figcaption></figure></li>

            """
    }

    private static func image(_ bytes: [UInt8], _ text: String) -> HTML {
        "<img width=\"84\" height=\"84\" alt=\"\(text)\" src=\"data:image/png;base64,\(Data(bytes).base64EncodedString())\">"
    }
}
