// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The path of the pen for one way of writing a digit.
struct GlyphSkeleton {
    /// One touch of the pen: smooth curves, each starting where the one before ended, with a corner between them.
    typealias Stroke = [[SIMD2<Double>]]

    /// How often this way is chosen, relative to the digit's others.
    let weight: Double
    let strokes: [Stroke]

    /// Reads a path: points `x,y` in hundredths of the digit's box, x to the right and y down.
    ///
    /// `|` makes a corner at the point before it, `/` lifts the pen.
    private init(_ weight: Double, _ path: String) {
        self.weight = weight
        strokes = path.split(separator: "/").map { stroke in
            stroke.split(separator: "|").map { curve in
                curve.split(separator: " ").map { point in
                    let numbers = point.split(separator: ",").compactMap { Int($0) }
                    precondition(numbers.count == 2, "'\(point)' is not a point of a glyph")
                    return SIMD2(Double(numbers[0]), Double(numbers[1])) / 100
                }
            }
        }
    }

    /// One of the ways to write `digit`.
    static func choose(_ digit: Int, with random: inout GlyphRandom) -> GlyphSkeleton {
        let ways = all[digit]
        var point = random.uniform() * ways.reduce(0) { $0 + $1.weight }
        for way in ways.dropLast() {
            if point < way.weight { return way }
            point -= way.weight
        }
        return ways[ways.count - 1]
    }

    private static let all = [zero, one, two, three, four, five, six, seven, eight, nine]

    private static let zero = [
        GlyphSkeleton(5, "62,4 36,5 13,32 9,66 32,96 62,94 88,66 90,32 66,6 50,3"),
        GlyphSkeleton(2, "44,9 20,24 8,60 26,94 58,96 86,70 92,34 72,6 44,4 30,14"),
    ]

    private static let one = [
        GlyphSkeleton(6, "51,0 50,35 50,68 49,100"),
        GlyphSkeleton(2, "33,22 44,13 53,0 | 52,35 51,68 50,100"),
        GlyphSkeleton(0.5, "30,20 52,0 | 51,50 50,98 / 24,99 50,98 77,99"),
    ]

    private static let two = [
        GlyphSkeleton(4, "13,24 30,5 60,2 79,20 70,48 42,74 12,96 | 40,94 68,95 94,93"),
        GlyphSkeleton(4, "12,20 32,3 62,3 78,22 66,52 40,82 16,97 4,88 16,76 38,82 64,95 94,88"),
    ]

    private static let three = [
        GlyphSkeleton(5, "14,13 36,1 66,5 76,22 60,40 34,48 | 62,50 84,66 76,90 44,100 10,90"),
        GlyphSkeleton(3, "12,10 40,0 72,10 70,32 46,46 56,49 82,62 82,86 52,100 22,97 8,86"),
        GlyphSkeleton(1, "14,6 46,5 82,3 | 60,22 40,42 | 70,46 86,68 70,94 38,100 8,90"),
    ]

    private static let four = [
        GlyphSkeleton(5, "20,2 14,26 12,48 26,56 54,53 86,46 / 84,0 79,34 73,68 68,100"),
        GlyphSkeleton(3, "16,4 12,28 10,52 | 40,53 88,50 / 78,6 76,40 70,72 68,100"),
        GlyphSkeleton(2, "64,0 40,28 6,60 | 40,60 94,57 / 66,2 64,40 60,100"),
    ]

    private static let five = [
        GlyphSkeleton(4, "28,4 24,24 20,44 | 46,37 74,48 80,72 60,95 32,99 8,88 / 28,4 56,4 90,0"),
        GlyphSkeleton(3, "92,1 64,3 36,3 | 28,22 22,40 | 48,38 74,52 76,76 54,97 28,98 8,86"),
        GlyphSkeleton(2, "94,2 64,3 38,8 26,26 34,42 60,52 74,70 62,92 34,100 10,94"),
    ]

    private static let six = [
        GlyphSkeleton(5, "64,0 42,18 20,46 12,74 28,97 58,98 80,80 72,60 46,56 20,72"),
        GlyphSkeleton(3, "78,6 54,4 28,26 12,58 18,90 46,100 76,88 82,66 62,52 36,58 18,76"),
    ]

    private static let seven = [
        GlyphSkeleton(5, "8,10 36,7 62,7 86,3 | 74,26 56,58 44,100"),
        GlyphSkeleton(2, "8,24 12,8 | 40,7 88,4 | 76,30 58,60 46,100"),
        GlyphSkeleton(2, "8,8 46,6 86,3 | 70,34 54,64 44,100 / 34,52 58,50 84,47"),
        GlyphSkeleton(2, "10,14 30,6 58,8 82,8 82,26 68,54 56,78 50,100"),
    ]

    private static let eight = [
        GlyphSkeleton(5, "76,14 50,0 24,10 24,32 50,48 74,66 74,90 48,100 22,90 26,66 50,48 74,30 78,12 64,2"),
        GlyphSkeleton(2, "50,46 26,32 28,8 54,0 76,14 68,36 46,50 22,70 24,94 52,100 76,86 70,62 48,46"),
    ]

    private static let nine = [
        GlyphSkeleton(5, "78,14 52,1 24,12 14,36 32,52 60,42 78,14 | 76,40 68,70 62,100"),
        GlyphSkeleton(3, "80,20 58,2 28,8 16,32 36,48 66,38 80,18 | 82,48 76,80 54,98 26,94"),
        GlyphSkeleton(3, "72,26 52,44 24,46 16,24 38,4 66,2 80,18 78,46 72,74 66,100"),
    ]
}
