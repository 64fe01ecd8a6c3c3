// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Writes export rows as bytes; knows nothing of where they come from.
protocol ExportEncoder {
    /// An encoder of rows with these columns of values, behind them these columns of counts, and last those of parameters.
    init(parameters: [ParameterColumns.Column], columns: [String], counts: [String])

    /// What stands before the first row.
    var header: [UInt8] { get }

    /// Makes `cell` the cell of the rows that follow, with a value for each column of parameters.
    mutating func begin(_ cell: RunCell, parameters values: [String?])

    /// Appends the row of one image; `value` gives the value of a column by its position, nil where it is absent, and
    /// `counts` are one for each of those columns.
    func append(index: UInt32, label: UInt8, value: (Int) -> Float?, counts: [Int], to bytes: inout [UInt8])
}

extension ExportFormat {
    /// The columns before those of values.
    static let leadingColumns = [
        "cell", "model", "dataset", "split", "index", "class", "transform", "parameters", "seed",
    ]

    /// The last column of values of a run in which images failed: 1 for those, which have no other values, and 0 for the others.
    static let failedColumn = "failed"

    /// The name of a value that is no number, nil for numbers.
    static func name(ofNonFinite value: Float) -> String? {
        if value.isFinite { return nil }
        return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    }
}
