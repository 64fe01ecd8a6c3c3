// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics

/// How a claim fares over all readings of what the paper leaves open: for a model, data set and transformation, or for all
/// of them together.
public struct RobustnessRow: Hashable, Sendable {
    /// The claim's letter.
    public var claim: String
    /// The claim in words.
    public var statement: String
    /// What the effect is, with its unit, and what it must be.
    public var criterion: String
    /// The model of the likeliest reading; nil for all together.
    public var model: String?
    /// The data set; nil for all together.
    public var dataset: String?
    /// The transformations; nil for all together.
    public var transform: String?
    /// Images of the likeliest reading; nil for all together, and where it was not measured.
    public var images: Int?
    /// What came of the likeliest reading; nil for all together, and where it was not measured.
    public var state: ClaimRow.State?
    /// The effect under the likeliest reading.
    public var effect: Double?
    /// Its interval over images.
    public var interval: Interval?
    /// Readings by what came of them.
    public var counts: [ClaimRow.State: Int]
    /// The readings that do not come to what the likeliest does, with what they come to; of all together those that are
    /// not as most are.
    public var disagreeing: [String]

    /// Number of readings.
    public var readings: Int { counts.values.reduce(0, +) }

    /// The share of the readings that come to `state`; nil where there is none.
    public func share(_ state: ClaimRow.State) -> Double? {
        readings == 0 ? nil : Double(counts[state] ?? 0) / Double(readings)
    }
}

extension RobustnessRow {
    /// A row for each claim, and below it one for each of its questions where there are several.
    ///
    /// - Parameter rows: The readings, those of a claim together.
    /// - Returns: The rows, in the order of `rows`.
    public static func rows(of rows: [ReadingRow]) -> [RobustnessRow] {
        var claims: [[ReadingRow]] = []
        for row in rows {
            if claims.last?.first?.claim != row.claim { claims.append([]) }
            claims[claims.count - 1].append(row)
        }
        return claims.flatMap { claim in
            var questions: [[ReadingRow]] = []
            for row in claim {
                if let place = questions.firstIndex(where: { $0[0].isOfQuestion(row) }) {
                    questions[place].append(row)
                } else {
                    questions.append([row])
                }
            }
            let single = questions.map { RobustnessRow(question: $0) }
            return single.count == 1 ? single : [RobustnessRow(claim: claim, single)] + single
        }
    }

    /// The readings of one question.
    private init(question: [ReadingRow]) {
        let likeliest = question.first { $0.reading.isEmpty }
        self.init(question)
        (model, dataset) = (question[0].standard, question[0].decided.dataset)
        transform = question[0].question
        images = likeliest?.images
        state = likeliest?.state
        effect = likeliest?.decided.effect
        interval = likeliest?.decided.interval
        let usual = state ?? counts.max { $0.value < $1.value }?.key
        disagreeing = question.filter { $0.state != usual && !$0.reading.isEmpty }
            .map { "\($0.reading) (\($0.state.rawValue))" }
    }

    /// All questions of a claim together.
    private init(claim: [ReadingRow], _ questions: [RobustnessRow]) {
        self.init(claim)
        let disagreeing = questions.flatMap(\.disagreeing)
        var seen: Set<String> = []
        self.disagreeing = disagreeing.filter { seen.insert($0).inserted }
    }

    private init(_ rows: [ReadingRow]) {
        let first = rows[0].decided
        (claim, statement, criterion) = (first.claim, first.statement, first.criterion)
        counts = Dictionary(grouping: rows, by: \.state).mapValues(\.count)
        disagreeing = []
    }
}

extension RobustnessRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<RobustnessRow>] = [
        .init("claim", "claim", .context(minimum: 3)) { .text($0.claim) },
        .init("statement", "statement", .context(minimum: 14)) { .text($0.statement) },
        .init("criterion", "criterion", .context(minimum: 12)) { .text($0.criterion) },
        .init("model", "model", .text(minimum: 21)) { .text($0.model ?? "all") },
        .init("dataset", "dataset", .label(minimum: 13), dropOrder: 4) { .text($0.dataset) },
        .init("transform", "transform", .text(minimum: 15), dropOrder: 6) { .text($0.transform) },
        .init("n", "n", .count, dropOrder: 5) { .integer($0.images) },
        .init("state", "likeliest", .text(minimum: 9)) { .text($0.state?.rawValue) },
        .init("effect", "effect", .fixed(decimals: 4, signed: true), dropOrder: 7) { .number($0.effect) },
        .init("low", "low", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.interval?.low) },
        .init("high", "high", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.interval?.high) },
        .init("readings", "readings", .count) { .integer($0.readings) },
        .init("holds", "holds", .count) { .integer($0.counts[.holds] ?? 0) },
        .init("fails", "fails", .count) { .integer($0.counts[.fails] ?? 0) },
        .init("undecided", "undecided", .count) { .integer($0.counts[.undecided] ?? 0) },
        .init("holds_share", "holds %", .percent) { .number($0.share(.holds)) },
        .init("fails_share") { .number($0.share(.fails)) },
        .init("undecided_share") { .number($0.share(.undecided)) },
        .init("disagreeing", "disagreeing", .text(minimum: 11), dropOrder: 2) { row in
            .text(row.disagreeing.isEmpty ? nil : row.disagreeing.joined(separator: ", "))
        },
    ]

    /// The rows of a claim stand together.
    public func startsGroup(after previous: RobustnessRow) -> Bool { claim != previous.claim }
}
