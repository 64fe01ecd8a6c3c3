// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The tables of what is made of recorded parts: everything in them follows from the parts and can be made again.
///
/// A summary is of so many images of its cell, and compares them with so many of its baseline; where the cell or the
/// baseline has another number, it is out of date, and whoever reads it summarises the parts instead. `unsummarised` and
/// `unpaired` list what is to be made anew; they change in the transactions that make it necessary, so that nothing is
/// forgotten when a process dies.
enum SummarySchema {
    /// From the tables of before.
    static let migration = """
        \(tables(temporary: false))
        -- Cells with results whose summary is missing or out of date.
        CREATE TABLE unsummarised (cell INTEGER PRIMARY KEY) STRICT;
        -- Cells with results that are to be compared anew when their baseline is complete.
        CREATE TABLE unpaired (
            baseline INTEGER NOT NULL, cell INTEGER NOT NULL, PRIMARY KEY (baseline, cell)
        ) STRICT, WITHOUT ROWID;
        \(knownBaselines)
        INSERT INTO unsummarised SELECT key FROM cell WHERE recorded > 0;
        CREATE INDEX failure_cell ON failure (run, cell);
        CREATE INDEX failure_disputed ON failure (run, cell) WHERE kind = '\(FailureRecord.disputed)';
        DROP INDEX failure_run;
        """

    /// The same for one connection to a store of before, which nobody brings up to date: without a summary.
    static let substitute = """
        PRAGMA temp_store = MEMORY;
        \(tables(temporary: true))
        \(knownBaselines)
        """

    private static let knownBaselines = """
        INSERT INTO baseline SELECT model, slice, conditioning, numerics, seed, cell.key FROM cell
        WHERE transform IN (SELECT key FROM transform WHERE name = 'identity');
        """

    private static func tables(temporary: Bool) -> String {
        let create = temporary ? "CREATE TEMP TABLE" : "CREATE TABLE"
        return """
            -- The cells without a transformation: what other cells of the same model, images and seed are compared with.
            \(create) baseline (
                model INTEGER NOT NULL, slice INTEGER NOT NULL, conditioning TEXT NOT NULL, numerics INTEGER NOT NULL,
                seed INTEGER NOT NULL, cell INTEGER NOT NULL,
                PRIMARY KEY (model, slice, conditioning, numerics, seed)
            ) STRICT, WITHOUT ROWID;
            \(create) summary (
                cell INTEGER PRIMARY KEY,
                recorded INTEGER NOT NULL,  -- images of the cell that the figures are of
                baseline INTEGER, baseline_recorded INTEGER,  -- what it is compared with, and how many images of that
                measure TEXT NOT NULL,  -- the column that is summarised
                n INTEGER NOT NULL, non_finite INTEGER NOT NULL,
                mean REAL, sd REAL, minimum REAL, q25 REAL, median REAL, q75 REAL, maximum REAL,
                delta_n INTEGER, delta_non_finite INTEGER, delta_mean REAL, delta_sd REAL, delta_raised INTEGER,
                groups BLOB  -- histogram and classes, see SummaryCoding; NULL where they are as quickly made anew
            ) STRICT;
            """
    }
}
