// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// SQL by which views decode what a store keeps packed, with no function but those that every SQLite has.
enum ViewNumbers {
    /// Common tables: the numbers from 0 to 255, and the columns of each layout, whose names stand on a line each.
    static let tables = """
        counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < 255),
            named_place (layout, name, place, rest) AS (
                SELECT key, NULL, -1, names || char(10) FROM layout
                UNION ALL
                SELECT layout, substr(rest, 1, instr(rest, char(10)) - 1), place + 1,
                    substr(rest, instr(rest, char(10)) + 1)
                FROM named_place WHERE rest <> ''
            )
        """

    /// A common table with the places of these columns in each layout, NULL where it has them not.
    static func places(of columns: [String]) -> String {
        let places = columns.map { "max(CASE name WHEN '\($0)' THEN place END) AS \"\($0)\"" }
        return """
            layout_place AS (
                SELECT layout, \(places.joined(separator: ", ")) FROM named_place GROUP BY layout
            )
            """
    }

    /// Joins that count from 0 to below `count`, which is ``row`` then.
    static func rows(_ count: String) -> String {
        """
        CROSS JOIN counted AS high ON high.n <= (\(count) - 1) / 256
        CROSS JOIN counted AS low ON low.n < \(count) - 256 * high.n
        """
    }

    /// The number that ``rows(_:)`` counts.
    static let row = "(256 * high.n + low.n)"

    /// The little-endian number of so many bytes at a place of a blob.
    static func number(of blob: String, in table: String, key: String, at place: String, bytes: Int) -> String {
        "(WITH \(common(blob, table, key, place, bytes)) SELECT number FROM decoded)"
    }

    /// The Float32 of the column at `column` for the image at `position` of the cell that `part` is of, exactly; NULL where
    /// `column` is NULL, and for NaN.
    ///
    /// Significand m and exponent e stand for ±m·2^(e − 150), with 2^23 added to m where e > 0; a factor of more than 2^62
    /// is no integer of SQLite's, so powers of two are applied in steps, each of which is exact in Float64.
    static func float(at column: String, of part: String = "part", position: String) -> String {
        let place = "(\(column) * (\(part).upper - \(part).lower) + \(position) - \(part).lower)"
        return """
            CAST((
                WITH \(common("data", "part", "\(part).key", place, 4)),
                    float (m, e, sign) AS (
                        SELECT number & 8388607, number >> 23 & 255, 1.0 - 2 * (number >> 31) FROM decoded LIMIT 1
                    )
                SELECT CASE
                    WHEN e = 255 THEN iif(m, NULL, sign * 9e999)
                    WHEN e >= 150 THEN sign * (m + 8388608) * (1 << min(e - 150, 62)) * (1 << max(e - 212, 0))
                    ELSE sign * (m + (e > 0) * 8388608) / (1 << min(150 - max(e, 1), 62))
                        / (1 << min(max(88 - max(e, 1), 0), 62)) / (1 << max(26 - max(e, 1), 0))
                END
                FROM float WHERE \(column) IS NOT NULL
            ) AS REAL)
            """
    }

    /// Common tables with one row, the last of which has the number: side by side, because older SQLites cannot parse them
    /// one inside the other.
    ///
    /// The blob is looked up anew for each number: it is in SQLite's cache, and a query that sorts or groups rows would
    /// otherwise carry it along with each of them. A table with a limit is not merged into the query that uses it, so that
    /// the blob is read once and not once for each digit.
    private static func common(_ blob: String, _ table: String, _ key: String, _ place: String, _ bytes: Int) -> String
    {
        let digits = (0..<2 * bytes).map { digit in
            let weight = 1 << (8 * (digit / 2) + (digit.isMultiple(of: 2) ? 4 : 0))
            return "instr('123456789ABCDEF', substr(digits, \(digit + 1), 1)) * \(weight)"
        }
        return """
            read (digits) AS (
                        SELECT hex(substr(own.\(blob), \(bytes) * \(place) + 1, \(bytes)))
                        FROM \(table) AS own WHERE own.key = \(key) LIMIT 1
                    ),
                    decoded (number) AS (SELECT \(digits.joined(separator: " + ")) FROM read LIMIT 1)
            """
    }
}
