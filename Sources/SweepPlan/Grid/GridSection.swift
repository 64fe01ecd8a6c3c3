// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The product of one block's axes for one entry of its `transforms`.
///
/// A point has a coordinate for its model, its data set, each parameter of the transformation, and its seed, in this
/// order. Each is set by exactly one axis.
struct GridSection: Sendable {
    /// A coordinate's place among the axes.
    struct Place: Sendable {
        let axis: Int
        let column: Int
    }

    let kind: TransformKind
    /// The digits of a point's number, the slowest first.
    let axes: [GridAxis]
    let exclusions: [GridExclusion]
    /// The place of each coordinate.
    let places: [Place]
    /// Product of the axes' counts.
    let pointCount: Int

    init(kind: TransformKind, axes: [GridAxis], exclusions: [GridExclusion]) {
        self.kind = kind
        self.axes = axes
        self.exclusions = exclusions
        pointCount = axes.reduce(1) { $0 * $1.count }
        places = (0..<kind.coordinateCount).map { coordinate in
            let axis = axes.prefix { !$0.coordinates.contains(coordinate) }.count
            return Place(axis: axis, column: axes[axis].coordinates.prefix { $0 != coordinate }.count)
        }
    }

    /// The code of a coordinate where the axes have the given values.
    func code(_ coordinate: Int, values: [Int]) -> UInt64 {
        let place = places[coordinate]
        return axes[place.axis].columns[place.column][values[place.axis]]
    }

    /// The number of the point with the given coordinates, or nil when the product does not hold it.
    func point(coordinates: [UInt64]) -> Int? {
        var point = 0
        for axis in axes {
            guard let value = axis.value({ coordinates[axis.coordinates[$0]] }) else { return nil }
            point = point * axis.count + value
        }
        return point
    }

    /// Whether any point whose coordinates are as fixed is left by the exclusions.
    func keepsPoint(fixing fixed: [(coordinate: Int, code: UInt64)]) -> Bool {
        let choices = axes.map { axis in
            (0..<axis.count).filter { value in
                fixed.allSatisfy { coordinate, code in
                    guard let column = axis.coordinates.firstIndex(of: coordinate) else { return true }
                    return axis.columns[column][value] == code
                }
            }
        }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return false }
        return keepsPoint(choices[...], alive: exclusions)
    }

    /// Whether some choice of values for the remaining axes escapes the exclusions that those chosen so far meet.
    private func keepsPoint(_ choices: ArraySlice<[Int]>, alive: [GridExclusion]) -> Bool {
        guard !alive.isEmpty else { return true }
        guard let values = choices.first else { return false }
        let parts = alive.map { $0.part(decidedBy: axes[choices.startIndex]) }
        var seen: Set<[Bool]> = []
        return values.contains { value in
            let met = parts.map { $0?(value) ?? true }
            guard seen.insert(met).inserted else { return false }
            return keepsPoint(choices.dropFirst(), alive: zip(alive, met).filter(\.1).map(\.0))
        }
    }
}

extension GridExclusion {
    /// Whether a value of `axis` meets all conditions on its coordinates; nil when there are none.
    func part(decidedBy axis: GridAxis) -> ((_ value: Int) -> Bool)? {
        let own = conditions.compactMap { condition in
            axis.coordinates.firstIndex(of: condition.coordinate).map { (condition, axis.columns[$0]) }
        }
        return own.isEmpty ? nil : { value in own.allSatisfy { $0.holds($1[value]) } }
    }
}
