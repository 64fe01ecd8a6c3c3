// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Transforms
import Vocabulary

@Suite struct OcclusionTests {
    /// A white image of 5 rows and 6 columns, covered; black pixels are written `#`.
    private func drawing(_ occlusion: Occlusion) -> [String] {
        let shape = ImageShape(height: 5, width: 6)
        let image = ByteImage(shape, pixels: [UInt8](repeating: 255, count: shape.count))
        let covered = occlusion.changed(image).pixels
        return (0..<5).map { row in String(covered[row * 6..<row * 6 + 6].map { $0 == 0 ? "#" : "." }) }
    }

    @Test("a square hides the pixels from its place on, as far as they are in the image")
    func squares() {
        #expect(drawing(Occlusion(size: 2, x: 1, y: 2)) == ["......", "......", ".##...", ".##...", "......"])
        #expect(drawing(Occlusion(size: 3, x: -2, y: 3)) == ["......", "......", "......", "#.....", "#....."])
        #expect(drawing(Occlusion(size: 4096, x: 4, y: -4)) == [String](repeating: "....##", count: 5))
        #expect(drawing(Occlusion(size: 2, x: 6, y: 0)) == [String](repeating: "......", count: 5))
        #expect(drawing(Occlusion(size: 2, x: -2, y: 0)) == [String](repeating: "......", count: 5))
    }

    @Test("a lattice repeats the square to all sides")
    func lattice() {
        let expected = ["#..#..", "......", "......", "#..#..", "......"]
        #expect(drawing(Occlusion(size: 1, x: 0, y: 0, every: 3)) == expected)
        #expect(drawing(Occlusion(size: 1, x: 3, y: 3, every: 3)) == expected)
        #expect(drawing(Occlusion(size: 1, x: -3, y: 3, every: 3)) == expected)
        #expect(
            drawing(Occlusion(size: 2, x: 1, y: 1, every: 4)) == ["......", ".##..#", ".##..#", "......", "......"]
        )
        // Squares as large as their distance leave nothing.
        #expect(drawing(Occlusion(size: 3, x: 1, y: 1, every: 3)) == [String](repeating: "######", count: 5))
    }

    @Test("all channels get the grey level, and what is not hidden stays")
    func grey() {
        let image = pattern(4, 4, 3)
        let covered = Occlusion(size: 2, x: 2, y: 0, grey: 128).changed(image).pixels
        for index in 0..<image.shape.count {
            let (row, column) = (index / 12, index / 3 % 4)
            #expect(covered[index] == (row < 2 && column >= 2 ? 128 : image.pixels[index]))
        }
    }
}
