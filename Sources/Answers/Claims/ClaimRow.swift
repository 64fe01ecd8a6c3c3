// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
public import Vocabulary

/// A claim of the paper, or of newer work, put to one model and data set of a run.
public struct ClaimRow: Hashable, Sendable {
    /// What came of it.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// The effect is as claimed, at 5 % after Holm's adjustment.
        case holds
        /// The effect is not as claimed, at 5 % after Holm's adjustment.
        case fails
        /// The images do not decide it.
        case undecided
        /// The run has no cells that could.
        case notMeasured = "not measured"
    }

    /// The claim's letter.
    public var claim: String
    /// The claim in words.
    public var statement: String
    /// The model; nil where nothing was measured.
    public var model: String?
    /// The data set; nil where nothing was measured.
    public var dataset: String?
    /// The seed of dequantisation and noise; nil where nothing was measured.
    public var seed: UInt64?
    /// The transformations that were looked at.
    public var transform: String?
    /// What the effect is, with its unit, and what it must be: `mean Δ bpd > 0.05`.
    public var criterion: String
    /// What came of it.
    public var state: State
    /// The effect.
    public var effect: Double?
    /// Its interval over images.
    public var interval: Interval?
    /// log₁₀ of the p value against the opposite of what `state` says, adjusted by Holm's method over all rows.
    public var adjustedLog10P: Double?
    /// The cells that were looked at.
    public var cells: [CellID]
    /// Why nothing was measured; empty otherwise.
    public var reason: String
}

extension ClaimRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<ClaimRow>] = [
        .init("claim", "claim", .context(minimum: 3)) { .text($0.claim) },
        .init("statement", "statement", .context(minimum: 14)) { .text($0.statement) },
        .init("criterion", "criterion", .context(minimum: 12)) { .text($0.criterion) },
        .init("model", "model", .text(minimum: 21)) { .text($0.model) },
        .init("dataset", "dataset", .label(minimum: 13), dropOrder: 4) { .text($0.dataset) },
        .init("transform", "transform", .text(minimum: 15), dropOrder: 7) { .text($0.transform) },
        .init("seed", "seed", .label(minimum: 1), dropOrder: 3) { $0.seed.map { .unsigned($0) } ?? .absent },
        .init("state", "state", .text(minimum: 12)) { .text($0.state.rawValue) },
        .init("effect", "effect", .fixed(decimals: 4, signed: true)) { .number($0.effect) },
        .init("low", "low", .fixed(decimals: 4, signed: true), dropOrder: 6) { .number($0.interval?.low) },
        .init("high", "high", .fixed(decimals: 4, signed: true), dropOrder: 6) { .number($0.interval?.high) },
        .init("adjusted_log10_p", "adj. p", .logarithm, dropOrder: 5) { row in
            // An effect that is the same for all images leaves no chance at all, whose logarithm is no number.
            .number(row.adjustedLog10P.flatMap { $0.isFinite ? $0 : nil })
        },
        .init("cells", "cells") { .text($0.cells.map(\.description).joined(separator: " ")) },
        .init("reason", "reason") { .text($0.reason.isEmpty ? nil : $0.reason) },
    ]

    /// The rows of a claim stand together.
    public func startsGroup(after previous: ClaimRow) -> Bool { claim != previous.claim }
}
