// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How one image is written: slant, proportions, unsteadiness and pen.
struct GlyphHand {
    private let width: Double
    private let slant: Double
    /// Cosine and sine of the writing line's angle.
    private let turn: SIMD2<Double>
    /// How far the middle bows to the side.
    private let bow: Double
    /// How much of the height the upper half takes from the lower.
    private let balance: Double
    private let unsteadiness: Double
    private let penRadius: Double
    private let pressureDrift: Double

    init(digit: Int, with random: inout GlyphRandom) {
        width = max(0.2, (digit == 1 ? 0.35 : 0.78) + (digit == 0 ? 0.16 : 0.12) * random.bell())
        slant = 0.16 + 0.2 * random.bell()
        // The half-angle formulas give an exact rotation without a sine.
        let half = 0.05 * random.bell()
        turn = SIMD2(1 - half * half, 2 * half) / (1 + half * half)
        bow = 0.1 * random.bell()
        balance = 0.14 * random.bell()
        unsteadiness = random.uniform(0.022, 0.044)
        penRadius = max(0.8, 1.25 + 0.3 * random.bell())
        pressureDrift = random.uniform(0.05, 0.2)
    }

    /// The points of a stroke's curves as this hand sets them, each curve beginning with the last point of the one
    /// before.
    func curves(_ stroke: GlyphSkeleton.Stroke, with random: inout GlyphRandom) -> [[SIMD2<Double>]] {
        var curves: [[SIMD2<Double>]] = []
        for (position, points) in stroke.enumerated() {
            var curve: [SIMD2<Double>] = []
            if let corner = curves.last?.last { curve.append(corner) }
            for (index, point) in points.enumerated() {
                // The pen lands and leaves less surely than it travels.
                let lands = position == 0 && index == 0
                let leaves = position == stroke.count - 1 && index == points.count - 1
                let jitter = SIMD2(random.bell(), random.bell()) * (lands || leaves ? 1.6 * unsteadiness : unsteadiness)
                curve.append(placed(point + jitter))
            }
            curves.append(curve)
        }
        return curves
    }

    /// A point of the skeleton's box on the paper, about the origin.
    private func placed(_ point: SIMD2<Double>) -> SIMD2<Double> {
        let centred = point - 0.5
        let y = centred.y + balance * (0.25 - centred.y * centred.y)
        let x = centred.x * width - slant * y + bow * (y * y - 0.08)
        return SIMD2(turn.x * x - turn.y * y, turn.y * x + turn.x * y)
    }

    /// Half the width of the line at a point, in pixels.
    func radius(with random: inout GlyphRandom) -> Double {
        max(0.6, penRadius * (1 + pressureDrift * random.bell()))
    }
}
