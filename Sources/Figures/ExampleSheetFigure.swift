// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Images at listed indices, as they are and transformed, with what models make of them: figures 2, 3, 5 and 9 to 11 of
/// Wang and Yiu.
package struct ExampleSheetFigure: Figure {
    /// A picture with its scores.
    package struct Picture: Hashable, Sendable {
        /// The pixels as a model sees them, clamped to 8 bits; nil where they are not to be had.
        package var image: PixelImage?
        /// For each model, the bits per dimension; nil where nothing was measured.
        package var scores: [Double?]

        package init(image: PixelImage?, scores: [Double?]) {
            self.image = image
            self.scores = scores
        }
    }

    /// One image of the data set.
    package struct Example: Hashable, Sendable {
        /// Its place in the data set.
        package var index: Int
        /// Its class.
        package var label: Int
        /// One for each of the columns.
        package var pictures: [Picture]

        package init(index: Int, label: Int, pictures: [Picture]) {
            self.index = index
            self.label = label
            self.pictures = pictures
        }
    }

    package let details: FigureDetails
    /// The data set that the indices are of.
    package let dataset: String
    /// What was done to the images; the first is what the others are compared with.
    package let columns: [String]
    /// Who scored them, in the order of the numbers below each picture.
    package let models: [String]
    /// From the top down.
    package let examples: [Example]

    package init(_ details: FigureDetails, dataset: String, columns: [String], models: [String], examples: [Example]) {
        precondition(examples.allSatisfy { $0.pictures.count == columns.count }, "a picture for each column")
        self.details = details
        self.dataset = dataset
        self.columns = columns
        self.models = models
        self.examples = examples
    }

    package var finding: String {
        guard columns.count > 1 else { return caption }
        let changes = models.indices.compactMap { model -> String? in
            let changes = examples.flatMap { example -> [Double] in
                guard let first = example.pictures[0].scores[model] else { return [] }
                return example.pictures.dropFirst().compactMap { $0.scores[model].map { $0 - first } }.filter(
                    \.isFinite
                )
            }
            guard let most = changes.max(by: { abs($0) < abs($1) }) else { return nil }
            return "\(models[model]) changes by up to \(NumberText.short(most, signed: true)) bits per dimension"
        }
        return changes.isEmpty ? "Nothing was measured." : changes.joined(separator: "; ") + "."
    }

    package var caption: String {
        let who = models.count == 1 ? "by \(models[0])" : "by \(models.joined(separator: ", ")), in this order"
        let indices = examples.map { "\($0.index)" }.joined(separator: ", ")
        return "Images \(indices) of \(dataset), chosen by index. Below each picture: bits per dimension \(who)."
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["dataset", "index", "class", "transform", "model", "bpd"],
            rows: examples.flatMap { example in
                zip(columns, example.pictures).flatMap { column, picture in
                    zip(models, picture.scores).map { model, score in
                        [
                            .text(dataset), .count(example.index), .count(example.label), .text(column), .text(model),
                            .optional(score),
                        ]
                    }
                }
            }
        )
    }

    package var page: Page {
        ImageGrid(
            title: details.title,
            columns: columns,
            rows: examples.map { example in
                ImageGrid.Row(
                    name: "image \(example.index), class \(example.label)",
                    cells: example.pictures.map { picture in
                        picture.image.map { image in
                            ImageGrid.Cell(image: image, lines: picture.scores.map { HumanText.fixed($0, decimals: 3) })
                        }
                    }
                )
            },
            note: details.showsCaption ? caption : ""
        ).page(width: details.width.points)
    }
}
