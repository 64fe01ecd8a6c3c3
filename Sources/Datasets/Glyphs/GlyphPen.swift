// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One digit as a pen wrote it: a chain of short lines with a radius at each end, in pixels.
struct GlyphPen {
    /// Where the pen is, and half the width of its line there.
    private struct StrokePoint {
        var position: SIMD2<Double>
        var radius: Double
    }

    /// The side of the box that the ink fills, in pixels; MNIST's.
    private static let box = 20.0
    /// Lines that stand for the curve between two points of a skeleton.
    private static let linesPerCurve = 7

    private var strokes: [[StrokePoint]] = []

    /// Writes `digit` in a hand drawn from `random`.
    init(drawing digit: Int, with random: inout GlyphRandom) {
        let skeleton = GlyphSkeleton.choose(digit, with: &random)
        let hand = GlyphHand(digit: digit, with: &random)
        for stroke in skeleton.strokes {
            let curves = hand.curves(stroke, with: &random)
            strokes.append(Self.samples(curves, hand: hand, with: &random))
        }
        fitBox()
    }

    /// Follows smooth curves through their points, with the pressure drifting on the way.
    private static func samples(
        _ curves: [[SIMD2<Double>]],
        hand: GlyphHand,
        with random: inout GlyphRandom
    ) -> [StrokePoint] {
        var samples: [StrokePoint] = []
        var radius = hand.radius(with: &random)
        for points in curves {
            for index in 0..<points.count - 1 {
                let nextRadius = hand.radius(with: &random)
                for line in 0..<linesPerCurve {
                    let t = Double(line) / Double(linesPerCurve)
                    let position = spline(points, from: index, at: t)
                    samples.append(StrokePoint(position: position, radius: radius + (nextRadius - radius) * t))
                }
                radius = nextRadius
            }
            if let end = points.last { samples.append(StrokePoint(position: end, radius: radius)) }
        }
        return samples
    }

    /// The point at `t` of the way from one point to the next, on the spline through all of them.
    ///
    /// Catmull and Rom, "A class of local interpolating splines", 1974; beyond either end the curve goes straight on.
    private static func spline(_ points: [SIMD2<Double>], from index: Int, at t: Double) -> SIMD2<Double> {
        let from = points[index]
        let to = points[index + 1]
        let before = index > 0 ? points[index - 1] : from + (from - to) * 0.5
        let after = index + 2 < points.count ? points[index + 2] : to + (to - from) * 0.5
        let linear = (to - before) * t
        let square = (before * 2 - from * 5 + to * 4 - after) * (t * t)
        let cube = (from * 3 - before - to * 3 + after) * (t * t * t)
        return from + (linear + square + cube) * 0.5
    }

    /// Scales and moves the path so that the longer side of its ink fills the box.
    private mutating func fitBox() {
        var low = SIMD2(repeating: Double.infinity)
        var high = SIMD2(repeating: -Double.infinity)
        var widest = 0.0
        for sample in strokes.joined() {
            low = pointwiseMin(low, sample.position)
            high = pointwiseMax(high, sample.position)
            widest = max(widest, sample.radius)
        }
        let scale = (Self.box - 2 * widest) / max((high - low).max(), 1e-6)
        let origin = SIMD2(repeating: 14.0) - (low + high) * (scale / 2)
        for stroke in strokes.indices {
            for sample in strokes[stroke].indices {
                strokes[stroke][sample].position = strokes[stroke][sample].position * scale + origin
            }
        }
    }

    /// The ink as 28×28 bytes, its centre of mass within half a pixel of the middle.
    func image() -> [UInt8] {
        let side = 28
        var ink = [Double](repeating: 0, count: side * side)
        for stroke in strokes {
            for (start, end) in zip(stroke, stroke.dropFirst()) {
                Self.draw(from: start, to: end, side: side, into: &ink)
            }
        }
        let bytes = ink.map { UInt8($0 * 255 + 0.5) }
        return Self.centred(bytes, side: side)
    }

    /// Inks the pixels near one line: wholly inside it, not at all outside, in proportion across its edge.
    private static func draw(from start: StrokePoint, to end: StrokePoint, side: Int, into ink: inout [Double]) {
        let reach = max(start.radius, end.radius) + 1
        let low = pointwiseMin(start.position, end.position) - reach
        let high = pointwiseMax(start.position, end.position) + reach
        let direction = end.position - start.position
        let lengthSquared = (direction * direction).sum()
        for y in max(0, Int(low.y))..<min(side, max(0, Int(high.y) + 1)) {
            for x in max(0, Int(low.x))..<min(side, max(0, Int(high.x) + 1)) {
                let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - start.position
                let along = lengthSquared > 0 ? min(max((offset * direction).sum() / lengthSquared, 0), 1) : 0
                let away = offset - direction * along
                let distance = (away * away).sum().squareRoot()
                let radius = start.radius + (end.radius - start.radius) * along
                let coverage = min(max(radius - distance + 0.5, 0), 1)
                ink[y * side + x] = max(ink[y * side + x], coverage)
            }
        }
    }

    /// Moves the image by whole pixels until its centre of mass is nearest the middle, as MNIST's was.
    private static func centred(_ bytes: [UInt8], side: Int) -> [UInt8] {
        var mass = 0
        var moment = (x: 0, y: 0)
        for y in 0..<side {
            for x in 0..<side {
                let value = Int(bytes[y * side + x])
                mass += value
                moment.x += value * (2 * x + 1)
                moment.y += value * (2 * y + 1)
            }
        }
        guard mass > 0 else { return bytes }
        let dx = (Double(side) / 2 - Double(moment.x) / Double(2 * mass)).rounded()
        let dy = (Double(side) / 2 - Double(moment.y) / Double(2 * mass)).rounded()
        var result = [UInt8](repeating: 0, count: bytes.count)
        for y in 0..<side {
            for x in 0..<side {
                let sourceX = x - Int(dx)
                let sourceY = y - Int(dy)
                guard (0..<side).contains(sourceX), (0..<side).contains(sourceY) else { continue }
                result[y * side + x] = bytes[sourceY * side + sourceX]
            }
        }
        return result
    }
}
