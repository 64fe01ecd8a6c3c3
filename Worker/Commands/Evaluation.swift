// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Reporting
import Statistics
import Vocabulary

/// How a model does on the images of a data set, by their classes.
struct Evaluation: Encodable {
    /// The images of one class, or all of them.
    struct Row: Encodable {
        /// Nil for all classes together.
        var imageClass: Int?
        var count: Int
        /// Mean and standard deviation over the images of bits per dimension, or of nats of cross-entropy.
        var mean: Double?
        var deviation: Double?
        /// Mean over the images of all their dimensions' bits together; nil for a classifier.
        var bitsPerImage: Double?
        /// Part of the images that a classifier classifies rightly; nil for others.
        var accuracy: Double?
        /// Images whose value is NaN or infinite; they are left out of mean and deviation.
        var nonFinite: Int

        private enum CodingKeys: String, CodingKey {
            case imageClass = "class"
            case count = "n"
            case mean
            case deviation = "sd"
            case bitsPerImage = "bits_per_image"
            case accuracy
            case nonFinite = "non_finite"
        }
    }

    var checkpoint: String
    var dataset: String
    var split: String
    var seed: UInt64
    /// What `mean` is the mean of: the name of a result table's column.
    var column: String
    var rows: [Row]

    /// The evaluation of a shard's table, whose images have these labels.
    init(_ table: ResultTable, labels: [Int], facts: ModelFacts, spec: ShardSpec) {
        checkpoint = spec.model.location.text
        dataset = spec.dataset.name
        split = spec.dataset.split
        seed = spec.seed
        let isClassifier = facts.family.isClassifier
        let column = facts.family.loss.column
        self.column = column
        let dimensions = Double(facts.height * facts.width * facts.channels)
        let values = Grouped(table[column] ?? [], by: labels)
        let correct = table["correct"].map { Grouped($0, by: labels) }
        func row(_ imageClass: Int?, _ summary: Summary, _ accuracy: Summary?) -> Row {
            Row(
                imageClass: imageClass,
                count: summary.totalCount,
                mean: summary.mean,
                deviation: summary.standardDeviation,
                bitsPerImage: isClassifier ? nil : summary.mean.map { $0 * dimensions },
                accuracy: accuracy?.mean,
                nonFinite: summary.nonFiniteCount
            )
        }
        rows = values.groups.enumerated().map { index, group in
            row(group.label, group.summary, correct?.groups[index].summary)
        }
        rows.append(row(nil, values.total, correct?.total))
    }

    /// The evaluation as a table.
    var lines: [String] {
        let isClassifier = column == ModelFacts.Loss.crossEntropy.column
        var columns: [TextTable.Column] = [.init("class", .text(minimum: 5)), .init("n", .number)]
        columns +=
            isClassifier
            ? [.init("nats", .number), .init("sd", .number), .init("accuracy", .number)]
            : [.init("bits/dim", .number), .init("sd", .number), .init("bits/image", .number)]
        let hasStrangers = rows.contains { $0.nonFinite > 0 }
        if hasStrangers { columns.append(.init("non-finite", .number)) }
        var table = TextTable(columns: columns)
        for row in rows {
            let last =
                isClassifier
                ? row.accuracy.map { HumanText.fixed(100 * $0, decimals: 2) + " %" } ?? HumanText.absent
                : HumanText.fixed(row.bitsPerImage, decimals: 1)
            var texts = [
                row.imageClass.map(String.init) ?? "all", HumanText.count(row.count),
                HumanText.fixed(row.mean, decimals: 4), HumanText.fixed(row.deviation, decimals: 4), last,
            ]
            if hasStrangers { texts.append(HumanText.count(row.nonFinite)) }
            table.append(texts.map { .init($0) }, startsGroup: row.imageClass == nil)
        }
        return table.lines()
    }
}
