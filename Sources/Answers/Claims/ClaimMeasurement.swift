// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// A claim measured under one reading, for one model, data set and seed.
struct ClaimMeasurement {
    let claim: Claim
    let reading: Reading
    let finding: ClaimFinding
}

extension [ClaimMeasurement] {
    /// All measurements of `claims` that there are cells for, claim by claim, under each of `readings`.
    init(_ claims: [Claim], _ reader: ClaimsReader, readings: [Reading] = [.likeliest]) throws {
        self = try claims.flatMap { claim in
            try readings.filter { $0 == .likeliest || !claim.isOfOneReading }.flatMap { reading in
                try claim.measure(reader.reading(reading)).map {
                    ClaimMeasurement(claim: claim, reading: reading, finding: $0)
                }
            }
        }
    }

    /// A row of each, decided at 5 % after Holm's adjustment over all of them.
    func decided(_ settings: AnswerSettings) -> [ClaimRow] {
        let assertions = map { $0.claim.claimed(settings) }
        let support = Multiplicity.holm(zip(self, assertions).map { $1.support($0.finding.effect) })
        let objection = Multiplicity.holm(zip(self, assertions).map { $1.objection($0.finding.effect) })
        return enumerated().map { place, measurement in
            var row = measurement.claim.row(measurement.finding, settings)
            row.decide(support: support[place], objection: objection[place])
            return row
        }
    }
}

extension ClaimRow {
    /// Says what adjusted p values decide.
    fileprivate mutating func decide(support: Double, objection: Double) {
        // log₁₀ 0.05.
        let bar = -1.3010299956639813
        state = support <= bar ? .holds : objection <= bar ? .fails : .undecided
        adjustedLog10P = state == .fails ? objection : support
    }
}
