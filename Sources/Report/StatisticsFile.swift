// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Answers
import Reporting

/// A run's numbers for programs: `statistics.json`, an object with the settings and the run's answers.
///
/// ```json
/// {"settings": {"seed": 0, …}, "run": "…", "sweep": "…", "effects": [{…}, …], "dose": [{…}, …], …}
/// ```
/// The arrays are those that the commands print with `--json`.
package struct StatisticsFile {
    private let head: String
    private var arrays: [(name: String, write: ((String) throws -> Void) throws -> Void)] = []

    /// The file of a run, without answers yet.
    package init(_ settings: AnswerSettings, run: String, sweep: String) throws {
        let settings = try ReportJSON.text(StatisticsSettings(settings))
        head =
            "{\"settings\": \(settings),\n\"run\": \(try ReportJSON.text(run)), \"sweep\": \(try ReportJSON.text(sweep))"
    }

    /// Adds the rows of an answer.
    package mutating func add<Row: AnswerRow>(_ name: String, _ rows: [Row]) {
        arrays.append((name, { try AnswerText.json(rows, to: $0) }))
    }

    /// Calls `write` with the file's text, piece by piece.
    package func write(to write: (String) throws -> Void) throws {
        try write(head)
        for array in arrays {
            try write(",\n\"\(array.name)\": ")
            try array.write(write)
        }
        try write("}\n")
    }
}

/// What the numbers were made with.
private struct StatisticsSettings: Encodable {
    let seed: UInt64
    let replicates: Int
    let level: Double
    let smallestEffect: Double
    let obviousEffect: Double
    let rise: Double

    private enum CodingKeys: String, CodingKey {
        case seed, replicates, level, rise
        case smallestEffect = "smallest_effect"
        case obviousEffect = "obvious_effect"
    }

    init(_ settings: AnswerSettings) {
        seed = settings.seed
        replicates = settings.replicates
        level = settings.level
        smallestEffect = settings.smallestEffect
        obviousEffect = settings.obviousEffect
        rise = settings.rise
    }
}
