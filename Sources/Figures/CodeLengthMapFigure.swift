// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// Where an image's bits are: the code length of each pixel, as it is and transformed, and the signed difference.
///
/// An autoregressive model pays −log₂ p(pixel | pixels before it) bits for each pixel; all of them are the image's bits.
package struct CodeLengthMapFigure: Figure {
    /// One image.
    package struct Example: Hashable, Sendable {
        /// Its place in the data set.
        package var index: Int
        /// Its class.
        package var label: Int
        /// As the model sees it.
        package var original: PixelImage
        package var transformed: PixelImage
        /// Bits of each pixel, row by row.
        package var originalBits: [Double]
        package var transformedBits: [Double]

        package init(
            index: Int,
            label: Int,
            original: PixelImage,
            transformed: PixelImage,
            originalBits: [Double],
            transformedBits: [Double]
        ) {
            precondition(originalBits.count == original.width * original.height, "bits for each pixel")
            precondition(transformedBits.count == originalBits.count, "two images of one size")
            self.index = index
            self.label = label
            self.original = original
            self.transformed = transformed
            self.originalBits = originalBits
            self.transformedBits = transformedBits
        }

        var differences: [Double] { zip(transformedBits, originalBits).map { $0 - $1 } }
    }

    package let details: FigureDetails
    /// The model.
    package let model: String
    /// The data set that the indices are of.
    package let dataset: String
    /// What was done to the images.
    package let transform: String
    package let examples: [Example]

    package init(_ details: FigureDetails, model: String, dataset: String, transform: String, examples: [Example]) {
        self.details = details
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.examples = examples
    }

    /// A colour for 99 of 100 pixels: a few pixels of many bits would make all others white.
    private static func limit(_ values: [Double]) -> Double {
        let sorted = values.filter(\.isFinite).map(abs).sorted()
        guard let last = sorted.last else { return 1 }
        let most = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        return most > 0 ? most : last
    }

    private var lengths: SequentialScale {
        SequentialScale(upTo: [Self.limit(examples.flatMap { $0.originalBits + $0.transformedBits })])
    }

    private var changes: DivergingScale { DivergingScale(reach: Self.limit(examples.flatMap(\.differences))) }

    package var finding: String {
        let sums = examples.map { ($0.originalBits.reduce(0, +), $0.transformedBits.reduce(0, +)) }
        guard !sums.isEmpty else { return "Nothing was measured." }
        let mean = sums.reduce(0) { $0 + ($1.1 - $1.0) / Double(sums.count) }
        let dearer = examples.map { example in
            Double(example.differences.count { $0 > 0 }) / Double(max(example.differences.count, 1))
        }
        let share = dearer.reduce(0, +) / Double(dearer.count)
        return "\(transform) changes the bits of an image by \(NumberText.short(mean, signed: true)) on average; "
            + "\(HumanText.fixed(100 * share, decimals: 0)) % of the pixels cost more."
    }

    package var caption: String {
        let indices = examples.map { "\($0.index)" }.joined(separator: ", ")
        return
            "Images \(indices) of \(dataset) by \(model). Below each map: the sum of its pixels in bits; colours end at the "
            + "99th percentile of all pixels."
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["index", "class", "row", "column", "bits", "bits_transformed"],
            rows: examples.flatMap { example in
                example.originalBits.indices.map { pixel in
                    [
                        .count(example.index), .count(example.label), .count(pixel / example.original.width),
                        .count(pixel % example.original.width), .number(example.originalBits[pixel]),
                        .number(example.transformedBits[pixel]),
                    ]
                }
            }
        )
    }

    package var page: Page {
        let (lengths, changes) = (lengths, changes)
        return ImageGrid(
            title: details.title,
            columns: ["original", "its bits", transform, "its bits", "difference"],
            rows: examples.map { example in
                let size = example.original
                func map(_ values: [Double], isSigned: Bool) -> ImageGrid.Cell {
                    let image = PixelImage(height: size.height, width: size.width, values: values) {
                        isSigned ? changes.colour($0) : lengths.colour($0)
                    }
                    let sum = HumanText.fixed(values.reduce(0, +), decimals: 1, signed: isSigned)
                    return ImageGrid.Cell(image: image, lines: [sum])
                }
                return ImageGrid.Row(
                    name: "image \(example.index), class \(example.label)",
                    cells: [
                        ImageGrid.Cell(image: example.original), map(example.originalBits, isSigned: false),
                        ImageGrid.Cell(image: example.transformed), map(example.transformedBits, isSigned: false),
                        map(example.differences, isSigned: true),
                    ]
                )
            },
            colourBars: [
                ColourBar(
                    name: "bits of a pixel",
                    colours: lengths.bar,
                    low: "0",
                    high: NumberText.short(lengths.most)
                ),
                ColourBar(
                    name: "difference in bits",
                    colours: changes.bar,
                    low: NumberText.short(-changes.reach, signed: true),
                    high: NumberText.short(changes.reach, signed: true)
                ),
            ],
            note: details.showsCaption ? caption : ""
        ).page(width: details.width.points)
    }
}
