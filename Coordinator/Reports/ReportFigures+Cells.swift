// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Report
import ResultStore
import Statistics
import Vocabulary

// Figures of some cells, which are read for them.
extension ReportFigures {
    /// Panels of a figure of cells.
    private static let mostSubjects = 12
    /// Transformations on a sheet of examples.
    private static let mostExamples = 5
    /// Maps of code lengths.
    private static let mostMaps = 4

    /// Cells of one data set's split that were transformed in one way.
    private struct Comparison {
        var dataset: String
        var kind: String
        var shown: ShownCells
    }

    /// Bits per dimension by class, and of all classes as shares of images: a figure of each for each data set and kind of
    /// transformation.
    func classes(_ effects: [EffectRow]) throws -> [ReportFigure] {
        let compared = try comparisons(effects).prefix(ReportFigureFiles.most)
        let bars = try compared.map {
            try maker.titled("\($0.dataset): bits per dimension by class under \($0.kind)").bars($0.shown)
        }
        let shares = try compared.map {
            try maker.titled("\($0.dataset): how bits per dimension are distributed under \($0.kind)")
                .distribution($0.shown, .cumulative)
        }
        return try files.write("classes", bars) + files.write("distributions", shares)
    }

    /// For each data set and kind of transformation, the first and the last setting that most models have.
    private func comparisons(_ effects: [EffectRow]) throws -> [Comparison] {
        try drawn(effects).grouped { "\($0.dataset)/\($0.split)" }.flatMap { cells -> [Comparison] in
            try cells.grouped(by: \.transformKind).flatMap { cells -> [Comparison] in
                let common = Self.common(cells)
                let ends = [common.first, common.last].compactMap(\.self).unrepeated
                return try shown(cells, ends).parts(of: Self.mostSubjects).map { part in
                    let dataset = "\(cells[0].dataset)/\(cells[0].split)"
                    return Comparison(dataset: dataset, kind: cells[0].transformKind, shown: part)
                }
            }
        }
    }

    /// Sheets of images as they are and transformed, one for each data set, with the first setting of each transformation
    /// that most models have.
    func examples(
        _ effects: [EffectRow],
        _ images: inout StoredImages,
        _ missing: inout MissingImages
    ) throws -> [ReportFigure] {
        var sheets: [any Figure] = []
        for cells in drawn(effects).grouped(by: { "\($0.dataset)/\($0.split)" }) {
            let settings = cells.grouped(by: \.transformKind).compactMap { Self.common($0).first }
            // The first model shows the pictures: one that has all of them.
            let models = cells.grouped { Subject($0) }.map { own in
                (own: own, count: own.count { settings.contains($0.briefTransform) })
            }
            let most = models.map(\.count).max() ?? 0
            let ordered = models.filter { $0.count == most } + models.filter { $0.count < most }
            let shown = try shown(ordered.flatMap(\.own), Array(settings.prefix(Self.mostExamples)))
            guard !shown.subjects.isEmpty else { continue }
            let sheet = try missing.noting("example sheet") { try maker.examples(shown, nil, &images) }
            if let sheet { sheets.append(sheet) }
        }
        return try files.write("examples", sheets)
    }

    /// Where the bits are, of each PixelCNN++ and data set: of each kind of transformation the first setting that raised or
    /// lowered bits per dimension.
    func codeLengths(
        _ effects: [EffectRow],
        _ images: inout StoredImages,
        _ missing: inout MissingImages
    ) throws -> [ReportFigure] {
        var maps: [any Figure] = []
        let moved = effects.filter { $0.verdict == .raised || $0.verdict == .lowered }
        for cells in drawn(moved).grouped(by: { Subject($0) }) {
            let isMapped = try missing.noting("map of code lengths") { try images.work.isAutoregressive(cells[0]) }
            guard isMapped == true else { continue }
            for cell in cells.grouped(by: \.transformKind).compactMap(\.first).prefix(Self.mostMaps - maps.count) {
                let title = "Where the bits are: \(cell.briefTransform), \(maker.names?.name(cell) ?? cell.model)"
                let map = try missing.noting("map of code lengths") {
                    try maker.titled(title).codeLengths(of: cell, nil, &images)
                }
                if let map { maps.append(map) }
            }
        }
        return try files.write("code-lengths", maps)
    }

    /// The transformed cells of likelihood models that can be drawn, of the first seed.
    private func drawn(_ effects: [EffectRow]) -> [RunCell] {
        let rows = effects.filter { row in
            row.label == nil && row.measure == .bitsPerDimension
                && abs(row.effect.mean ?? .infinity) <= Self.largest
        }
        return rows.map(\.cell).filter { $0.seed == rows[0].cell.seed }
    }

    /// The settings that most models have, in the order of the run.
    private static func common(_ cells: [RunCell]) -> [String] {
        let groups = cells.grouped(by: \.briefTransform)
        let most = groups.map(\.count).max()
        return groups.filter { $0.count == most }.map { $0[0].briefTransform }
    }

    private func shown(_ cells: [RunCell], _ transforms: [String]) throws -> ShownCells {
        let names = maker.names ?? SubjectNames(cells)
        return try ShownCells(maker.answers, cells: cells, transforms: transforms, names: names)
    }
}
