// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A section of a grid as filters see it: the texts of the codes on its axes.
struct FilteredSection {
    let section: GridSection
    let declarations: Declarations

    /// What a filter asks of a section's coordinates; nil where no point of it fits.
    func conditions(_ filter: CellFilter) -> [GridExclusion.Condition]? {
        var conditions: [GridExclusion.Condition] = []
        for term in filter.terms {
            guard let coordinate = coordinate(of: term.key) else {
                guard term.key == .transform, term.matches(section.kind.rawValue) else { return nil }
                continue
            }
            let all = codes(coordinate)
            let codes = Set(all.filter { term.matches(text($0, of: term.key, at: coordinate)) })
            guard !codes.isEmpty else { return nil }
            conditions.append(GridExclusion.Condition(coordinate: coordinate, codes: codes, isOneOf: true))
        }
        return conditions
    }

    /// Whether some point has this value.
    func has(_ value: ValuePattern, of key: CellFilter.Key) -> Bool {
        guard let coordinate = coordinate(of: key) else {
            return texts(of: key, most: 1).contains(where: value.matches)
        }
        return codes(coordinate).contains { text($0, of: key, at: coordinate).map(value.matches) ?? false }
    }

    /// The first texts that points have of a key.
    func texts(of key: CellFilter.Key, most: Int) -> [String] {
        guard let coordinate = coordinate(of: key) else { return key == .transform ? [section.kind.rawValue] : [] }
        return codes(coordinate).prefix(most).compactMap { text($0, of: key, at: coordinate) }
    }

    private func codes(_ coordinate: Int) -> [UInt64] {
        let place = section.places[coordinate]
        return section.axes[place.axis].columns[place.column]
    }

    /// The coordinate that decides a key; nil for the transformation itself, and for parameters of others.
    private func coordinate(of key: CellFilter.Key) -> Int? {
        switch key {
        case .model, .conditioning, .likelihood, .draws, .dequantisation: TransformKind.modelCoordinate
        case .dataset, .split: TransformKind.datasetCoordinate
        case .seed: section.kind.seedCoordinate
        case .parameter(let name): AxisName.parameter(name).coordinate(in: section.kind)
        case .transform, .cell: nil
        }
    }

    private func text(_ code: UInt64, of key: CellFilter.Key, at coordinate: Int) -> String? {
        switch key {
        case .seed: return String(code)
        case .parameter(let name):
            guard let (position, spelling) = section.kind.parameter(name) else { return nil }
            let parameter = section.kind.parameters[position]
            let (key, value) = parameter.spelling(code)
            return key == parameter.keys[spelling] ? value : nil
        default: return declarations.text(ofModel: code, key) ?? declarations.text(ofDataset: code, key)
        }
    }
}

extension Declarations {
    /// What filters compare of a model; nil where the key is about something else.
    func text(ofModel code: UInt64, _ key: CellFilter.Key) -> String? {
        switch key {
        case .model: model(code).name
        case .conditioning: model(code).reference?.conditioning.rawValue
        case .likelihood: model(code).reference?.estimate.kind.rawValue
        case .draws: model(code).reference.map { String($0.estimate.draws) }
        case .dequantisation: model(code).reference?.estimate.dequantisation.rawValue
        default: nil
        }
    }

    /// What filters compare of a data set; nil where the key is about something else.
    func text(ofDataset code: UInt64, _ key: CellFilter.Key) -> String? {
        switch key {
        case .dataset: dataset(code).name
        case .split: dataset(code).split ?? split
        default: nil
        }
    }
}

extension GridSection {
    /// The section without the points that meet one of `more`; nil where none is left.
    ///
    /// What one axis decides alone is taken from that axis.
    func adding(_ more: [GridExclusion]) -> GridSection? {
        var (axes, rest) = (axes, exclusions)
        for exclusion in more {
            if exclusion.conditions.isEmpty { return nil }
            let deciding = Set(exclusion.conditions.map { places[$0.coordinate].axis })
            guard let number = deciding.first, deciding.count == 1 else {
                rest.append(exclusion)
                continue
            }
            let axis = axes[number]
            guard let isExcluded = exclusion.part(decidedBy: axis) else { continue }
            guard let left = axis.keeping({ !isExcluded($0) }) else { return nil }
            axes[number] = left
        }
        return GridSection(kind: kind, axes: axes, exclusions: rest)
    }
}

extension GridAxis {
    /// The axis with some of its values; nil with none.
    fileprivate func keeping(_ isKept: (Int) -> Bool) -> GridAxis? {
        let kept = (0..<count).filter(isKept)
        if kept.count == count { return self }
        guard !kept.isEmpty else { return nil }
        let written = kept.flatMap { repeatElement($0, count: weight($0)) }
        return GridAxis(coordinates: coordinates, written: columns.map { column in written.map { column[$0] } })
    }
}
