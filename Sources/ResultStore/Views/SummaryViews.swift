// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Views of a store that show what its cells say: `cells`, from the summaries that are kept, and `effects`, by class.
///
/// Classes are in no table of their own, and summaries of small cells are not kept with their classes: `effects` is made
/// of the recorded numbers as it is asked for, and is right at every moment of a run.
enum SummaryViews {
    /// The statements that make the views, by their names.
    static let all = ["cells": cells, "effects": effects]

    /// One row for each cell of each run.
    ///
    /// Figures are NULL where none are kept of all that is recorded by now, and those of
    /// differences where they are not of all that is recorded of the baseline.
    private static let cells = """
        CREATE VIEW cells AS
        SELECT run.id AS run, run_cell.ordinal AS ordinal, CAST(lower(hex(cell.id)) AS TEXT) AS cell,
            naming.model AS model, naming.dataset AS dataset, naming.split AS split, transform.name AS transform,
            transform.parameters AS parameters, cell.seed AS seed, \(StoredLikelihood.columns.conditioning) AS conditioning,
            cell.numerics AS numerics, cell.images AS images, cell.recorded AS recorded,
            summary.measure AS measure, summary.n AS n, summary.non_finite AS non_finite, summary.mean AS mean,
            summary.sd AS sd, summary.minimum AS minimum, summary.q25 AS q25, summary.median AS median,
            summary.q75 AS q75, summary.maximum AS maximum,
            \(differences(["delta_n", "delta_non_finite", "delta_mean", "delta_sd"])),
            CAST(1.0 * iif(\(isCurrent), summary.delta_raised, NULL) / nullif(summary.delta_n, 0) AS REAL) AS delta_raised,
            \(StoredLikelihood.columns.settings),
            \(ViewParameters.columns)
        FROM run
        CROSS JOIN run_cell ON run_cell.run = run.key
        CROSS JOIN cell ON cell.key = run_cell.cell
        CROSS JOIN naming ON naming.key = run_cell.naming
        CROSS JOIN transform ON transform.key = cell.transform
        LEFT JOIN summary ON summary.cell = cell.key AND summary.recorded = cell.recorded
        LEFT JOIN cell AS other ON other.key = summary.baseline;
        """

    private static let isCurrent = "summary.baseline_recorded = other.recorded"

    private static func differences(_ columns: [String]) -> String {
        columns.map { "iif(\(isCurrent), summary.\($0), NULL) AS \($0)" }.joined(separator: ", ")
    }

    /// One row for each class of each transformed cell of each run: how its images differ from the same ones without a
    /// transformation, in bits per dimension or, of a classifier, in whether they are found.
    ///
    /// The sums of a cell's classes are made at once and handed on as JSON: a view that groups the images of all cells
    /// would read the whole store for a question about one.
    private static let effects = """
        CREATE VIEW effects AS
        WITH RECURSIVE
            \(ViewNumbers.tables),
            \(ViewNumbers.places(of: ["bpd", "correct"]))
        SELECT run, cell, model, dataset, split, transform, parameters, seed, measure, class, n, non_finite,
            CAST(total / nullif(n, 0) AS REAL) AS mean,
            CAST(\(squareRoot("variance")) AS REAL) AS sd,
            CAST(1.0 * above / nullif(n, 0) AS REAL) AS raised,
            \(ViewParameters.selected)
        FROM (
            SELECT run.id AS run, CAST(lower(hex(cell.id)) AS TEXT) AS cell, naming.model AS model,
                naming.dataset AS dataset, naming.split AS split, transform.name AS transform,
                transform.parameters AS parameters, cell.seed AS seed,
                CAST(json_extract(sums.value, '$[0]') AS TEXT) AS measure,
                CAST(json_extract(sums.value, '$[1]') AS INTEGER) AS class,
                CAST(json_extract(sums.value, '$[2]') AS INTEGER) AS n,
                CAST(json_extract(sums.value, '$[3]') AS INTEGER) AS non_finite,
                CAST(json_extract(sums.value, '$[4]') AS REAL) AS total,
                CAST(json_extract(sums.value, '$[5]') AS REAL) AS variance,
                CAST(json_extract(sums.value, '$[6]') AS INTEGER) AS above,
                \(ViewParameters.columns)
            FROM run
            CROSS JOIN run_cell ON run_cell.run = run.key
            CROSS JOIN cell ON cell.key = run_cell.cell
            CROSS JOIN naming ON naming.key = run_cell.naming
            CROSS JOIN transform ON transform.key = cell.transform
            CROSS JOIN baseline ON baseline.model = cell.model AND baseline.slice = cell.slice
                AND baseline.conditioning = cell.conditioning AND baseline.numerics = cell.numerics
                AND baseline.seed = cell.seed AND baseline.cell <> cell.key
            CROSS JOIN json_each((\(sums))) AS sums
        );
        """

    /// What is known of the classes of the cell `cell`, whose baseline is `baseline`: an array of arrays.
    private static let sums = """
        WITH difference AS (\(differences)),
            summed AS (
                SELECT measure, class, count(*) AS images, count(iif(abs(d) < 9e999, 1, NULL)) AS n,
                    total(iif(abs(d) < 9e999, d, NULL)) AS total, total(iif(abs(d) < 9e999, d * d, NULL)) AS squares,
                    min(iif(abs(d) < 9e999, d, NULL)) = max(iif(abs(d) < 9e999, d, NULL)) AS areEqual,
                    count(iif(d > 0 AND d < 9e999, 1, NULL)) AS above
                FROM difference GROUP BY measure, class
            ),
            spread AS (
                SELECT *, iif(areEqual, 0.0, max(squares - total * total / n, 0.0)) / nullif(n - 1, 0) AS variance FROM summed
            )
        SELECT json_group_array(json_array(measure, class, n, images - n, format('%!.17g', total),
            iif(variance IS NULL, NULL, format('%!.17g', variance)), above)) FROM spread
        """

    /// One row for each image of the cell that its baseline has, too.
    ///
    /// The limit keeps each difference from being decoded for each sum anew.
    private static let differences = """
        SELECT iif(layout_place.correct IS NULL, 'bpd', 'correct') AS measure, \(label) AS class,
            \(value("layout_place", of: "part")) - \(value("clean_place", of: "clean")) AS d
        FROM part
        CROSS JOIN part AS clean ON clean.cell = baseline.cell AND clean.lower < part.upper AND clean.upper > part.lower
        CROSS JOIN layout_place ON layout_place.layout = part.layout
        CROSS JOIN layout_place AS clean_place ON clean_place.layout = clean.layout
        \(ViewNumbers.rows("min(part.upper, clean.upper) - \(first)"))
        WHERE part.cell = cell.key LIMIT -1
        """

    /// The first image that both parts have.
    private static let first = "max(part.lower, clean.lower)"
    private static let position = "(\(first) + \(ViewNumbers.row))"
    private static let label = ViewNumbers.number(
        of: "labels",
        in: "slice",
        key: "cell.slice",
        at: position,
        bytes: 1
    )

    private static func value(_ places: String, of part: String) -> String {
        let column = "coalesce(\(places).correct, \(places).bpd)"
        return ViewNumbers.float(at: column, of: part, position: position)
    }

    /// The square root of a number that is not negative, NULL of NULL, by Newton's method from above: many a SQLite has no
    /// `sqrt`.
    private static func squareRoot(_ number: String) -> String {
        """
        (WITH RECURSIVE root (square, value, better) AS (
                SELECT \(number), max(\(number), 1.0), (max(\(number), 1.0) + min(\(number), 1.0)) / 2
                UNION ALL
                SELECT square, better, (better + square / better) / 2 FROM root WHERE better < value
            ) SELECT min(value) FROM root)
        """
    }
}
