// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// Says which measurements of a claim are readings of the same question, and in what each differs from the likeliest.
///
/// Models of one kind and size, of the same data set, are readings of what the paper says of its training.
struct ReadingGroups {
    private let subjects: [CellID: ScoredSubject]
    /// The likeliest of the models of one kind.
    private let standards: [Kind: ScoredSubject]

    private struct Kind: Hashable {
        var traits: ModelTraits
        var dataset: String
        var split: String

        init(_ subject: ScoredSubject) {
            (traits, dataset, split) = (subject.traits, subject.subject.dataset, subject.subject.split)
        }
    }

    init(_ reader: ClaimsReader) {
        subjects = Dictionary(reader.subjects.map { ($0.identity.id, $0) }) { first, _ in first }
        standards = Dictionary(grouping: reader.own, by: Kind.init).compactMapValues { models in
            // The first of those that are as good.
            models.reduce(nil) { best, model in best.map { Self.rank(model) < Self.rank($0) ? model : $0 } ?? model }
        }
    }

    /// How far a model is from what the paper most likely did; the shortest name is the least special one.
    private static func rank(_ subject: ScoredSubject) -> (Int, Int, UInt64) {
        let checkpoint = subject.checkpoint
        let isPadded = checkpoint?.preprocessing == .pad
        let isUnconditional = checkpoint?.isConditional == false && subject.traits.isGlow
        let isMarginal = subject.subject.conditioning != .label
        let isOtherEstimate = subject.identity.estimate != .standard
        let departures = [isPadded, isUnconditional, isMarginal, isOtherEstimate].count { $0 }
        return (departures, subject.subject.model.count, subject.subject.seed)
    }

    /// Of measurements that differ in their images alone, those with the most of them.
    static func largest(_ measurements: [ClaimMeasurement], of reader: ClaimsReader) -> [ClaimMeasurement] {
        struct Question: Hashable {
            var claim: String
            var subject: Subject
            var transform: String
            var reading: Reading
        }
        func images(_ measurement: ClaimMeasurement) -> Int { measurement.finding.cells[0].recordedImages }
        var kept: [ClaimMeasurement] = []
        var places: [Question: Int] = [:]
        for measurement in measurements {
            let question = Question(
                claim: measurement.claim.letter,
                subject: measurement.finding.subject,
                transform: measurement.finding.transform,
                reading: measurement.reading
            )
            if let place = places[question] {
                if images(measurement) > images(kept[place]) { kept[place] = measurement }
            } else {
                places[question] = kept.count
                kept.append(measurement)
            }
        }
        return kept
    }

    /// The row of a measurement, which `decided` decides.
    func row(_ measurement: ClaimMeasurement, _ decided: ClaimRow) -> ReadingRow {
        let finding = measurement.finding
        let own = finding.cells.first.flatMap(departure)
        let rival = finding.rival.flatMap(departure)
        var reading = own?.words ?? []
        // Both are of one seed and of one kind of likelihood, which need not be said twice.
        reading += (rival?.words ?? []).filter { !reading.contains($0) }
        var question = finding.transform
        if let rival, question.hasSuffix(rival.name) { question = question.dropLast(rival.name.count) + rival.standard }
        return ReadingRow(
            decided: decided,
            standard: own?.standard ?? finding.subject.model,
            question: question,
            reading: (reading + measurement.reading.words).joined(separator: " "),
            images: finding.cells[0].recordedImages
        )
    }

    /// The name of a cell's model, that of the likeliest of its kind, and in what it differs from that one.
    private func departure(_ cell: RunCell) -> (name: String, standard: String, words: [String])? {
        subjects[cell.id].map { subject in
            let standard = standards[Kind(subject)] ?? subject
            return (subject.subject.model, standard.subject.model, Self.differences(subject, standard))
        }
    }

    /// In what a model, its likelihood and its draws differ from those of the likeliest reading.
    private static func differences(_ subject: ScoredSubject, _ standard: ScoredSubject) -> [String] {
        var words: [String] = []
        if subject.model != standard.model {
            let (own, other) = (subject.checkpoint, standard.checkpoint)
            if let own, let other, own.preprocessing != other.preprocessing {
                words.append("preprocessing=\(own.preprocessing.rawValue)")
            }
            if let own, let other, own.isConditional != other.isConditional {
                words.append(own.isConditional ? "conditional" : "unconditional")
            }
            if words.isEmpty { words.append("weights=\(subject.subject.model)") }
        }
        if subject.subject.conditioning != standard.subject.conditioning {
            words.append("conditioning=\(subject.subject.conditioning.rawValue)")
        }
        words += subject.identity.estimate.settings.map { "\($0.key)=\($0.value)" }
        if subject.subject.seed != standard.subject.seed { words.append("seed=\(subject.subject.seed)") }
        return words
    }
}
