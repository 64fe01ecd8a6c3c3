// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import ResultStore
import Vocabulary

extension RunFigures {
    /// Images at listed indices under each transformation, with what every model makes of them.
    ///
    /// - Parameters:
    ///   - shown: The cells; those of the first model's data set are drawn.
    ///   - indices: Of the images; nil for the first one of each of the first classes.
    ///   - images: Makes the pictures.
    /// - Returns: The sheet.
    /// - Throws: `AnswerError` for an image that is not recorded; what keeps pictures from being made again.
    func examples(_ shown: ShownCells, _ indices: [UInt32]?, _ images: inout StoredImages) throws -> ExampleSheetFigure
    {
        let first = shown.subjects[0]
        let dataset = first.identity.dataset
        let subjects = shown.subjects.filter {
            $0.identity.dataset == dataset && $0.identity.split == first.identity.split
        }
        let recorded = try RecordedImages(of: first.identity, in: answers.store)
        let chosen = try self.indices(indices, recorded, most: 5)
        let scores = try subjects.map { subject in
            try shown.cells(subject).map { cell in
                // The first one is read already.
                if cell == first.identity { return recorded.bits }
                return try cell.map { try RecordedImages(of: $0, in: answers.store).bits } ?? [:]
            }
        }
        let pictures = try shown.cells(first).map { cell in
            try cell.map { try images.pictures(of: $0, at: chosen) }
        }
        let examples = chosen.enumerated().map { place, index in
            ExampleSheetFigure.Example(
                index: Int(index),
                label: recorded.labels[index] ?? 0,
                pictures: shown.series.indices.map { column in
                    ExampleSheetFigure.Picture(
                        image: pictures[column]?[place],
                        scores: scores.map { $0[column][index] }
                    )
                }
            )
        }
        return ExampleSheetFigure(
            details("Images of \(dataset) and their bits per dimension"),
            dataset: "\(dataset)/\(first.identity.split)",
            columns: shown.series,
            models: subjects.map { subject in
                subject.name.replacing(", \(dataset)", with: "")
            },
            examples: examples
        )
    }

    /// Where the bits of images are, untransformed and as `cell` has them.
    ///
    /// - Throws: `AnswerError` where the run has no untransformed cell beside it, `EngineError` for other models than
    ///   autoregressive ones.
    func codeLengths(of cell: RunCell, _ indices: [UInt32]?, _ images: inout StoredImages) throws -> CodeLengthMapFigure
    {
        guard let identity = answers.identity(of: cell) else {
            throw AnswerError.nothingToCompare(
                "run \(answers.run.id) has no identity cell of \(cell.model) on \(cell.dataset)"
            )
        }
        let recorded = try RecordedImages(of: identity, in: answers.store)
        let chosen = try self.indices(indices, recorded, most: 4)
        let (originals, transformed) = (
            try images.pictures(of: identity, at: chosen), try images.pictures(of: cell, at: chosen)
        )
        let (before, after) = (
            try images.codeLengths(of: identity, at: chosen), try images.codeLengths(of: cell, at: chosen)
        )
        return CodeLengthMapFigure(
            details("Where the bits are: \(cell.briefTransform)"),
            model: cell.modelLabel,
            dataset: "\(cell.dataset)/\(cell.split)",
            transform: cell.briefTransform,
            examples: chosen.enumerated().map { place, index in
                CodeLengthMapFigure.Example(
                    index: Int(index),
                    label: recorded.labels[index] ?? 0,
                    original: originals[place],
                    transformed: transformed[place],
                    originalBits: before[place],
                    transformedBits: after[place]
                )
            }
        )
    }

    /// The images that are asked for, which must be recorded; or the first one of each class, up to `most`.
    private func indices(_ wanted: [UInt32]?, _ recorded: RecordedImages, most: Int) throws -> [UInt32] {
        let labels = recorded.labels
        if let wanted {
            if let stranger = wanted.first(where: { labels[$0] == nil }) {
                throw AnswerError.nothingToCompare(
                    "image \(stranger) is not among the recorded images of cell \(recorded.cell)"
                )
            }
            return wanted
        }
        let firsts = Dictionary(labels.map { ($0.value, $0.key) }, uniquingKeysWith: min)
        return firsts.filter { answers.filter.includes(imagesOf: $0.key) }.sorted { $0.key < $1.key }.prefix(most)
            .map(\.value)
    }
}

/// What is recorded of a cell's images, by their indices.
private struct RecordedImages {
    let cell: CellID
    /// Their bits per dimension.
    let bits: [UInt32: Double]
    /// Their classes.
    let labels: [UInt32: Int]

    init(of cell: RunCell, in store: ResultStore) throws {
        let columns = try store.values(of: cell.id) { $0 == "bpd" }
        self.cell = cell.id
        bits = Dictionary(zip(columns.indices, (columns["bpd"] ?? []).map { Double($0) })) { first, _ in first }
        labels = Dictionary(zip(columns.indices, columns.labels.map { Int($0) })) { first, _ in first }
    }
}
