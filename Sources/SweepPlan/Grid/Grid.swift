// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// All cells of a sweep, never materialised.
///
/// The grid is a list of sections, each the product of one block's axes for one entry of its `transforms`. Its points
/// are numbered section after section by mixed radix: models vary slowest, then data sets, then the parameters in
/// canonical order, and seeds fastest. A point is a cell unless `exclude` or `when` removes it or an earlier section
/// has the same cell. What is stored grows with the number of values on the axes, not with their product.
public struct Grid: Sendable {
    /// The names of the models of all points, in the order in which blocks first name them.
    public let models: [String]
    /// The names of the data sets of all points, in the order in which blocks first name them.
    public let datasets: [String]
    /// Number of points: cells, and also duplicates between sections and excluded points.
    public let pointCount: Int

    /// The names that codes of the model coordinate stand for; not all need be in the grid.
    private let modelNames: [String]
    /// The names that codes of the data-set coordinate stand for.
    private let datasetNames: [String]
    let sections: [GridSection]
    let screens: [GridScreen]
    /// The number of each section's first point.
    private let firstPoints: [Int]

    /// A grid of sections whose codes of models and data sets are positions in the given lists.
    init(modelNames: [String], datasetNames: [String], sections: [GridSection]) {
        self.modelNames = modelNames
        self.datasetNames = datasetNames
        self.sections = sections
        models = Self.used(TransformKind.modelCoordinate, of: sections).map { modelNames[Int($0)] }
        datasets = Self.used(TransformKind.datasetCoordinate, of: sections).map { datasetNames[Int($0)] }
        screens = sections.indices.map { GridScreen(sections[$0], after: Array(sections[..<$0])) }
        var first = 0
        firstPoints = sections.map { section in
            defer { first += section.pointCount }
            return first
        }
        pointCount = first
    }

    /// The cell at a point, or nil where the point is excluded or repeats an earlier cell.
    ///
    /// - Complexity: O(axes + log sections).
    public subscript(point: Int) -> CellSpec? {
        precondition((0..<pointCount).contains(point), "point \(point) of a grid of \(pointCount)")
        let section = lastSection { firstPoints[$0] <= point }
        let cursor = GridCursor(sections[section], screens[section], point: point - firstPoints[section])
        return cursor.verdict == .cell ? cell(section, codes: cursor.codes) : nil
    }

    /// The point of a cell, or nil when the grid has no such cell.
    ///
    /// - Complexity: O(sections × axes × log values).
    public func point(of cell: CellSpec) -> Int? {
        guard let model = modelNames.firstIndex(of: cell.model),
            let dataset = datasetNames.firstIndex(of: cell.dataset)
        else { return nil }
        let coordinates = [UInt64(model), UInt64(dataset)] + cell.transform.codes + [cell.seed]
        for (number, section) in sections.enumerated() where section.kind == cell.transform.kind {
            guard let point = section.point(coordinates: coordinates) else { continue }
            if GridCursor(section, screens[number], point: point).verdict == .cell {
                return firstPoints[number] + point
            }
        }
        return nil
    }

    /// Whether the sweep scores `cell`.
    ///
    /// - Complexity: O(sections × axes × log values).
    public func contains(_ cell: CellSpec) -> Bool { point(of: cell) != nil }

    /// Number of values stored on all axes of all sections; what the grid's memory is proportional to.
    package var storedValueCount: Int {
        sections.reduce(0) { $0 + $1.axes.reduce(0) { $0 + $1.count * $1.coordinates.count } }
    }

    func cell(_ section: Int, codes: [UInt64]) -> CellSpec {
        let kind = sections[section].kind
        return CellSpec(
            model: modelNames[Int(codes[TransformKind.modelCoordinate])],
            dataset: datasetNames[Int(codes[TransformKind.datasetCoordinate])],
            transform: TransformSpec(
                kind,
                codes: Array(codes[TransformKind.firstParameterCoordinate..<kind.seedCoordinate])
            ),
            seed: codes[kind.seedCoordinate]
        )
    }

    /// The different codes of a coordinate, in the order of their first occurrence.
    private static func used(_ coordinate: Int, of sections: [GridSection]) -> [UInt64] {
        var seen: Set<UInt64> = []
        return sections.flatMap { section in
            let place = section.places[coordinate]
            return section.axes[place.axis].columns[place.column].filter { seen.insert($0).inserted }
        }
    }

    /// The last section for which `isBefore` holds; it holds for the first section and for a prefix of all.
    private func lastSection(where isBefore: (Int) -> Bool) -> Int {
        var range = 0..<sections.count
        while range.count > 1 {
            let middle = range.lowerBound + range.count / 2
            range = isBefore(middle) ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}

extension Grid {
    /// The grid of those cells that are of one model and data set, under transformations that `isWanted` is true of.
    package func part(model: String, dataset: String, _ isWanted: (TransformKind) -> Bool) -> Grid {
        func only(_ name: String, of names: [String], at coordinate: Int) -> GridExclusion {
            let codes = Set(names.firstIndex(of: name).map { [UInt64($0)] } ?? [])
            return GridExclusion(conditions: [.init(coordinate: coordinate, codes: codes, isOneOf: false)])
        }
        let others = [
            only(model, of: modelNames, at: TransformKind.modelCoordinate),
            only(dataset, of: datasetNames, at: TransformKind.datasetCoordinate),
        ]
        return Grid(
            modelNames: modelNames,
            datasetNames: datasetNames,
            sections: sections.filter { isWanted($0.kind) }.compactMap { $0.adding(others) }
        )
    }

    /// Whether some points are of images as they are.
    package var hasIdentity: Bool { sections.contains { $0.kind == TransformKind.of(Identity.self) } }
}
