// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Splits what is said of cells into what they share, for a caption, and what tells them apart, for columns.
struct CellCaption {
    /// What all cells share, such as `model glow-affine · seed 0`, and then for each transformation that has several
    /// parameter settings what those share, such as `translate dy=0 fill=zero`.
    let lines: [String]
    /// Columns of what differs, the transformation always among them.
    let columns: [TextTable.Column]
    private let values: [(CellSpec) -> String]

    init(_ cells: [CellSpec]) {
        let traits: [(title: String, value: (CellSpec) -> String)] = [
            ("model", \.model), ("dataset", \.dataset), ("seed", { String($0.seed) }),
        ]
        let varying = traits.filter { trait in Set(cells.map(trait.value)).count > 1 }
        let shared = traits.filter { trait in !varying.contains { $0.title == trait.title } }
        let settings = Dictionary(grouping: cells, by: \.transform.kind.title)
            .mapValues { ParameterSettings(Set($0.map(\.transform.parameters))) }
        let heading = cells.first.map { cell in shared.map { "\($0.title) \($0.value(cell))" } } ?? []
        let notes = settings.sorted { $0.key < $1.key }.filter { !$0.value.shared.isEmpty }
            .map { "\($0.key) \($0.value.shared)" }
        lines = (heading.isEmpty ? [] : [heading.joined(separator: " · ")]) + notes
        columns =
            varying.map { TextTable.Column($0.title, .text(minimum: 6)) }
            + [TextTable.Column("transform", .text(minimum: 16))]
        values =
            varying.map(\.value)
            + [
                { cell in
                    settings[cell.transform.kind.title]?.name(of: cell.transform) ?? cell.transform.description
                }
            ]
    }

    /// The entries of `columns` for one cell.
    func entries(_ cell: CellSpec) -> [TextTable.Entry] {
        values.map { TextTable.Entry($0(cell)) }
    }

    /// Empty entries under those of the same cell.
    var blanks: [TextTable.Entry] { columns.map { _ in TextTable.Entry("") } }

    /// The lines of `table` under the caption.
    func lines(above table: TextTable, width: Int?, style: TextStyle) -> [String] {
        let caption = lines.map { line in width.map { DisplayWidth.shorten(line, to: $0) } ?? line }
        return caption.map { style.apply(.faint, to: $0) } + table.lines(width: width, style: style)
    }
}
