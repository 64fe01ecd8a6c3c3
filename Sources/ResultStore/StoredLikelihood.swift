// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What the column `conditioning` of a cell holds: the conditioning, and behind it whatever is not standard of the
/// estimate, as in `label likelihood=interval draws=8`.
///
/// One column, because cells are compared with baselines of the same likelihood, whatever that is made of; and so stores
/// of before need no change.
struct StoredLikelihood {
    let conditioning: Conditioning
    let estimate: LikelihoodEstimate

    init(_ identity: CellIdentity) {
        (conditioning, estimate) = (identity.conditioning, identity.estimate)
    }

    /// Reads what the column holds; nil where that is none.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let conditioning = words.first.flatMap({ Conditioning(rawValue: String($0)) }),
            let estimate = LikelihoodEstimate(text: words.dropFirst().first ?? ""),
            words.count == 1 || estimate != .standard
        else { return nil }
        (self.conditioning, self.estimate) = (conditioning, estimate)
    }

    var text: String {
        estimate == .standard ? conditioning.rawValue : "\(conditioning.rawValue) \(estimate.text)"
    }
}

extension StoredLikelihood {
    /// What a view of cells shows of the column: `conditioning`, and the settings as sweep files have them.
    static let columns = (conditioning: word(0), settings: settings.joined(separator: ", "))

    /// How many draws there are.
    static let draws = "CAST(\(setting(LikelihoodEstimate.drawsKey, orElse: "1")) AS INTEGER)"

    private static let settings = [
        "\(setting(LikelihoodEstimate.kindKey, orElse: LikelihoodEstimate.Kind.density.rawValue)) AS likelihood",
        "\(draws) AS draws",
        "\(setting(LikelihoodEstimate.dequantisationKey, orElse: LikelihoodEstimate.Dequantisation.uniform.rawValue)) "
            + "AS dequantisation",
    ]

    /// The text from `start` of the column to the next space.
    private static func word(_ start: String) -> String {
        "substr(cell.conditioning, \(start), instr(substr(cell.conditioning, \(start)) || ' ', ' ') - 1)"
    }

    private static func word(_ start: Int) -> String { word(String(start + 1)) }

    private static func setting(_ key: String, orElse standard: String) -> String {
        let place = "instr(cell.conditioning, ' \(key)=')"
        return "CAST(iif(\(place), \(word("\(place) + \(key.count + 2)")), '\(standard)') AS TEXT)"
    }
}
