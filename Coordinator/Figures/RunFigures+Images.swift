// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Engine
import Figures
import ResultStore
import Vocabulary

/// Images of a run's cells, made again on this machine.
struct StoredImages {
    let work: StoredWork
    var engine: ShardEngine

    /// The images at `indices` as the model of `cell` is shown them.
    mutating func pictures(of cell: RunCell, at indices: [UInt32]) throws -> [PixelImage] {
        let view = try engine.view(work.shard(of: cell, indices: indices))
        return view.bytes.map { bytes in
            PixelImage(height: view.shape.height, width: view.shape.width, channels: view.shape.channels, pixels: bytes)
        }
    }

    /// The bits of each of their pixels.
    mutating func codeLengths(of cell: RunCell, at indices: [UInt32]) throws -> [[Double]] {
        try engine.codeLengths(work.shard(of: cell, indices: indices)).map { $0.map { Double($0) } }
    }
}

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
        let chosen = try self.indices(indices, of: first.identity, most: 5)
        let labels = try self.labels(of: first.identity)
        let scores = try subjects.map { subject in try shown.cells(subject).map { try $0.map(bits) ?? [:] } }
        let pictures = try shown.cells(first).map { cell in
            try cell.map { try images.pictures(of: $0, at: chosen) }
        }
        let examples = chosen.enumerated().map { place, index in
            ExampleSheetFigure.Example(
                index: Int(index),
                label: labels[index] ?? 0,
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
        let identity = answers.cells.first {
            $0.transform == TransformSpec.identity.name && $0.model == cell.model && $0.dataset == cell.dataset
                && $0.split == cell.split && $0.seed == cell.seed
                && $0.conditioning == cell.conditioning && $0.estimate == cell.estimate
        }
        guard let identity else {
            throw AnswerError.nothingToCompare(
                "run \(answers.run.id) has no identity cell of \(cell.model) on \(cell.dataset)"
            )
        }
        let chosen = try self.indices(indices, of: identity, most: 4)
        let labels = try self.labels(of: identity)
        let (originals, transformed) = (
            try images.pictures(of: identity, at: chosen), try images.pictures(of: cell, at: chosen)
        )
        let (before, after) = (
            try images.codeLengths(of: identity, at: chosen), try images.codeLengths(of: cell, at: chosen)
        )
        return CodeLengthMapFigure(
            details("Where the bits are: \(cell.shortTransform)"),
            model: cell.modelLabel,
            dataset: "\(cell.dataset)/\(cell.split)",
            transform: cell.shortTransform,
            examples: chosen.enumerated().map { place, index in
                CodeLengthMapFigure.Example(
                    index: Int(index),
                    label: labels[index] ?? 0,
                    original: originals[place],
                    transformed: transformed[place],
                    originalBits: before[place],
                    transformedBits: after[place]
                )
            }
        )
    }

    /// The recorded bits per dimension of a cell by image.
    private func bits(of cell: RunCell) throws -> [UInt32: Double] {
        let columns = try answers.store.values(of: cell.id) { $0 == "bpd" }
        return Dictionary(zip(columns.indices, (columns["bpd"] ?? []).map { Double($0) })) { first, _ in first }
    }

    private func labels(of cell: RunCell) throws -> [UInt32: Int] {
        let columns = try answers.store.values(of: cell.id) { $0 == "bpd" }
        return Dictionary(zip(columns.indices, columns.labels.map { Int($0) })) { first, _ in first }
    }

    /// The images that are asked for, which must be recorded; or the first one of each class, up to `most`.
    private func indices(_ wanted: [UInt32]?, of cell: RunCell, most: Int) throws -> [UInt32] {
        let labels = try labels(of: cell)
        if let wanted {
            if let stranger = wanted.first(where: { labels[$0] == nil }) {
                throw AnswerError.nothingToCompare(
                    "image \(stranger) is not among the recorded images of cell \(cell.id)"
                )
            }
            return wanted
        }
        let classes = Set(labels.values).filter { answers.filter.includes(imagesOf: $0) }.sorted()
        let firsts = classes.compactMap { label in labels.filter { $0.value == label }.keys.min() }
        return Array(firsts.prefix(most))
    }
}
