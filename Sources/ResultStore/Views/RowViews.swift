// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Views of a store that show every recorded number to any program that reads SQLite: `rows` and `row_values`.
///
/// Nothing is stored: each Float32 is decoded from the bytes of its part as it is asked for, and no column is decoded that
/// a query does not name. Tables of decoded numbers, which would be faster to read, would make a store three times as large
/// and slow down recording.
enum RowViews {
    /// The statements that make the views, by their names.
    static let all = ["rows": rows, "row_values": rowValues]

    /// The columns of values that `rows` has; `row_values` has all.
    static let columns = ["bpd", "nll", "bpd.interval", "mixture", "crossentropy", "correct", "predicted"]

    /// One row for each recorded image of each cell of each run; NULL where a cell has no such column, and for NaN.
    private static let rows = """
        CREATE VIEW rows AS
        WITH RECURSIVE
            \(ViewNumbers.tables),
            \(ViewNumbers.places(of: columns))
        SELECT \(leading),
            \(columns.map { "\(value("layout_place.\"\($0)\"")) AS \"\($0)\"" }.joined(separator: ",\n    ")),
            \(ViewParameters.columns)
        FROM \(parts)
        CROSS JOIN layout_place ON layout_place.layout = part.layout
        \(ViewNumbers.rows("part.upper - part.lower"));
        """

    /// One row for each number: its column's name and its value, which is NULL for NaN.
    private static let rowValues = """
        CREATE VIEW row_values AS
        WITH RECURSIVE
            \(ViewNumbers.tables)
        SELECT \(leading), named_place.name AS name, \(value("named_place.place")) AS value,
            \(ViewParameters.columns)
        FROM \(parts)
        CROSS JOIN named_place ON named_place.layout = part.layout AND named_place.place >= 0
        \(ViewNumbers.rows("part.upper - part.lower"));
        """

    /// The columns that exports begin with, and the run.
    private static let leading = """
        run.id AS run, CAST(lower(hex(cell.id)) AS TEXT) AS cell, naming.model AS model, naming.dataset AS dataset,
            naming.split AS split, CAST(\(image("indices", bytes: 4)) AS INTEGER) AS "index",
            CAST(\(image("labels", bytes: 1)) AS INTEGER) AS class,
            transform.name AS transform, transform.parameters AS parameters, cell.seed AS seed
        """

    /// In this order, so that a query about one run or one cell never looks at the parts of others.
    private static let parts = """
        run
        CROSS JOIN run_cell ON run_cell.run = run.key
        CROSS JOIN cell ON cell.key = run_cell.cell
        CROSS JOIN naming ON naming.key = run_cell.naming
        CROSS JOIN transform ON transform.key = cell.transform
        CROSS JOIN part ON part.cell = cell.key
        """

    private static let position = "(part.lower + \(ViewNumbers.row))"

    /// What the slice says of an image.
    private static func image(_ column: String, bytes: Int) -> String {
        ViewNumbers.number(of: column, in: "slice", key: "cell.slice", at: position, bytes: bytes)
    }

    private static func value(_ column: String) -> String { ViewNumbers.float(at: column, position: position) }
}
