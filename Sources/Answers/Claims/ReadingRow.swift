// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

/// A claim, measured under one reading of what the paper leaves open.
public struct ReadingRow: Hashable, Sendable {
    /// What was measured, and what came of it; decided among all readings.
    public var decided: ClaimRow
    /// The model of the likeliest reading; other models of its kind are readings of how it was trained.
    public var standard: String
    /// The transformations, in words; of a model that is measured against another, against the likeliest one of its kind.
    public var question: String
    /// What differs from the likeliest reading, as sweep files have it; empty for that one.
    public var reading: String
    /// Number of images.
    public var images: Int

    /// The claim's letter.
    public var claim: String { decided.claim }
    /// What came of it.
    public var state: ClaimRow.State { decided.state }

    /// Whether both are readings of one question.
    func isOfQuestion(_ other: ReadingRow) -> Bool {
        claim == other.claim && standard == other.standard && decided.dataset == other.decided.dataset
            && question == other.question
    }
}

extension ReadingRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<ReadingRow>] = [
        .init("claim", "claim", .context(minimum: 3)) { .text($0.claim) },
        .init("statement", "statement", .context(minimum: 14)) { .text($0.decided.statement) },
        .init("criterion", "criterion", .context(minimum: 12)) { .text($0.decided.criterion) },
        .init("model", "model", .text(minimum: 21)) { .text($0.decided.model) },
        .init("dataset", "dataset", .label(minimum: 13), dropOrder: 4) { .text($0.decided.dataset) },
        .init("transform", "transform", .text(minimum: 15)) { .text($0.decided.transform) },
        .init("reading", "reading", .text(minimum: 20)) { .text($0.reading.isEmpty ? "likeliest" : $0.reading) },
        .init("n", "n", .count, dropOrder: 5) { .integer($0.images) },
        .init("state", "state", .text(minimum: 9)) { .text($0.state.rawValue) },
        .init("effect", "effect", .fixed(decimals: 4, signed: true)) { .number($0.decided.effect) },
        .init("low", "low", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.decided.interval?.low) },
        .init("high", "high", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.decided.interval?.high) },
        .init("adjusted_log10_p", "adj. p", .logarithm, dropOrder: 2) { row in
            .number(row.decided.adjustedLog10P.flatMap { $0.isFinite ? $0 : nil })
        },
        .init("seed") { $0.decided.seed.map { .unsigned($0) } ?? .absent },
        .init("standard") { .text($0.standard) },
        .init("cells") { .text($0.decided.cells.map(\.description).joined(separator: " ")) },
    ]

    /// The readings of a question stand together.
    public func startsGroup(after previous: ReadingRow) -> Bool { !isOfQuestion(previous) }
}
