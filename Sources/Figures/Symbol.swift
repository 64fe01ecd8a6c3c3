// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The shape of a mark at a point.
package enum Symbol: Int, CaseIterable, Hashable, Sendable {
    case circle, square, triangle, diamond, invertedTriangle, pentagon, cross, plus

    /// Whether the shape is made of lines, and cannot be filled.
    var isOpen: Bool { self == .cross || self == .plus }

    /// The strokes of the shape around `centre`, none for the circle; all shapes look equally large.
    func strokes(_ centre: PagePoint, radius: Double) -> [[PagePoint]] {
        func at(_ x: Double, _ y: Double) -> PagePoint { PagePoint(centre.x + x * radius, centre.y + y * radius) }
        switch self {
        case .circle: return []
        case .square: return [[at(-0.89, -0.89), at(0.89, -0.89), at(0.89, 0.89), at(-0.89, 0.89)]]
        case .triangle: return [[at(0, -1.2), at(1.15, 0.85), at(-1.15, 0.85)]]
        case .invertedTriangle: return [[at(0, 1.2), at(1.15, -0.85), at(-1.15, -0.85)]]
        case .diamond: return [[at(0, -1.3), at(1.1, 0), at(0, 1.3), at(-1.1, 0)]]
        case .pentagon:
            return [
                (0..<5).map { corner in
                    let angle = Double(corner) * 2 * .pi / 5
                    return at(1.12 * sin(angle), -1.12 * cos(angle))
                }
            ]
        case .cross: return [[at(-0.9, -0.9), at(0.9, 0.9)], [at(-0.9, 0.9), at(0.9, -0.9)]]
        case .plus: return [[at(-1.15, 0), at(1.15, 0)], [at(0, -1.15), at(0, 1.15)]]
        }
    }
}
