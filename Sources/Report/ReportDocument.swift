// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a report's page says, apart from how it looks.
package struct ReportDocument: Sendable {
    /// What the page is called.
    package var title: String
    /// What it is about, in one line.
    package var subtitle: String
    /// The digest by which this report's certificate is known.
    package var certificate: String
    /// The language's tag.
    package let language = "en"
    /// From the top down.
    package var sections: [ReportSection]

    /// A page.
    package init(title: String, subtitle: String, certificate: String, sections: [ReportSection]) {
        self.title = title
        self.subtitle = subtitle
        self.certificate = certificate
        self.sections = sections
    }
}

/// A part of a report under a heading.
package struct ReportSection: Sendable {
    /// What links lead to; unique in a document, of letters, digits and hyphens.
    package var id: String
    package var title: String
    package var blocks: [ReportBlock]
    /// Parts of this part.
    package var sections: [ReportSection]

    /// A section, without others in it by default.
    package init(id: String, title: String, blocks: [ReportBlock] = [], sections: [ReportSection] = []) {
        self.id = id
        self.title = title
        self.blocks = blocks
        self.sections = sections
    }

    /// Whether there is anything in it.
    package var isEmpty: Bool { blocks.isEmpty && sections.isEmpty }
}

/// A piece of a section.
package enum ReportBlock: Sendable {
    case paragraph(ReportText)
    case list([ReportText])
    /// Names and what is to be said of each.
    case facts([(name: String, text: ReportText)])
    case table(ReportTable)
    case figure(ReportFigure)
    /// Lines to type.
    case commands([String])
}

/// A picture of a report: what it shows, and its numbers below it.
package struct ReportFigure: Sendable {
    /// The text of an SVG file.
    package var svg: String
    /// What it shows, in a sentence, and how to read it.
    package var finding: String
    package var caption: String
    /// Its files, by paths within the report.
    package var files: [String]
    /// Its numbers.
    package var table: ReportTable

    /// A picture with its numbers.
    package init(
        svg: String,
        finding: String,
        caption: String,
        files: [String],
        table: ReportTable
    ) {
        self.svg = svg
        self.finding = finding
        self.caption = caption
        self.files = files
        self.table = table
    }
}
