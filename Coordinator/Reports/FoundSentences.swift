// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import Report
import Reporting
import ResultStore
import Statistics
import Vocabulary

/// What was found in a run, in a few sentences.
enum FoundSentences {
    /// - Parameters:
    ///   - effects: The run's effects.
    ///   - claims: Its claims.
    /// - Returns: A sentence each; none where nothing was compared.
    static func sentences(_ effects: [EffectRow], _ claims: [ClaimRow]) -> [ReportText] {
        let overall = effects.filter { $0.label == nil }
        let verdicts = Dictionary(grouping: overall.compactMap(\.verdict)) { $0 }
            .sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "\(HumanText.count($0.value.count)) \($0.key.rawValue)"
            }
        var sentences: [ReportText] = []
        if !verdicts.isEmpty {
            sentences.append("Of \(counted(overall.count, "transformed cell")), \(verdicts.joined(separator: ", ")).")
        }
        let largest = overall.filter { $0.measure == .bitsPerDimension }
            .max { abs($0.effect.mean ?? 0) < abs($1.effect.mean ?? 0) }
        if let largest, let mean = largest.effect.mean {
            let isHuge = abs(mean) >= 1e4
            let change = isHuge ? String(format: "%+.3g", mean) : HumanText.fixed(mean, decimals: 4, signed: true)
            let cell = largest.cell
            sentences.append(
                "The largest mean change is \(change) bits per dimension: \(cell.transform) \(cell.parameters) of \(cell.dataset) under \(cell.modelLabel)."
            )
        }
        for state in ClaimRow.State.allCases {
            let letters = Set(claims.filter { $0.state == state }.map(\.claim)).sorted()
            guard !letters.isEmpty else { continue }
            sentences.append(
                "Claims with a model and data set for which the claim \(state.words): \(letters.joined(separator: ", "))."
            )
        }
        return sentences
    }
}

extension ClaimRow.State {
    fileprivate var words: String {
        switch self {
        case .holds: "holds"
        case .fails: "fails"
        case .undecided: "is undecided"
        case .notMeasured: "is not measured"
        }
    }
}
