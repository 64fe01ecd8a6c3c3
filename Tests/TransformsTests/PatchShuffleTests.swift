// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Transforms
import Vocabulary

@Suite struct PatchShuffleTests {
    /// What the shuffle makes of `image` under a seed.
    private func shuffled(_ image: ByteImage, _ shuffle: PatchShuffle, seed: UInt64) -> ByteImage {
        TransformSpec.patchShuffle(shuffle).transform(seed: seed).transformed(resized: image)
    }

    // Philox4x32-10 and Fisher–Yates written anew in Python from docs/NUMBERS.md.
    @Test(
        "the permutation follows from seed and draw as documented",
        arguments: [
            (PatchShuffle(), 0, [2, 0, 3, 1]),
            (PatchShuffle(draw: 1), 0, [3, 2, 1, 0]),
            (PatchShuffle(draw: 22), 0, [1, 0, 3, 2]),
            (PatchShuffle(), 1, [3, 1, 2, 0]),
            (PatchShuffle(derangement: true), 0, [3, 2, 0, 1]),
            (PatchShuffle(draw: 10, derangement: true), 7, [3, 2, 1, 0]),
            (PatchShuffle(patches: 3), 0, [7, 5, 8, 3, 6, 0, 1, 4, 2]),
            (PatchShuffle(patches: 3, draw: 5), 1_099_511_627_779, [5, 8, 7, 6, 2, 1, 4, 0, 3]),
            (PatchShuffle(patches: 3, draw: 4, derangement: true), 0, [2, 3, 7, 5, 6, 8, 0, 1, 4]),
            (
                PatchShuffle(patches: 4, draw: 1, derangement: true), 9,
                [11, 0, 10, 2, 3, 4, 13, 12, 15, 1, 7, 9, 14, 8, 6, 5]
            ),
        ] as [(PatchShuffle, UInt64, [Int])]
    )
    func documented(_ shuffle: PatchShuffle, seed: UInt64, _ origins: [Int]) {
        #expect(shuffle.origins(seed: seed) == origins)
    }

    @Test("a 4×4 image is cut into four squares, which stand in other places")
    func knownAnswer() {
        let image = ByteImage(ImageShape(height: 4, width: 4), pixels: Array(1...16))
        // Places get patches 2, 0, 3, 1 of 0 (1 2 5 6), 1 (3 4 7 8), 2 (9 10 13 14), 3 (11 12 15 16).
        let expected: [UInt8] = [9, 10, 1, 2, 13, 14, 5, 6, 11, 12, 3, 4, 15, 16, 7, 8]
        #expect(shuffled(image, PatchShuffle(), seed: 0).pixels == expected)
        let early = TransformSpec.patchShuffle(PatchShuffle(stage: .beforeResize)).transform(seed: 0)
        #expect(early.transformed(source: image).pixels == expected)
        #expect(early.transformed(resized: image) == image)
        #expect(TransformSpec.patchShuffle(PatchShuffle()).transform(seed: 0).transformed(source: image) == image)
    }

    @Test("patches are moved whole, and moving them back gives the image", arguments: [2, 4, 7, 14, 28])
    func naive(patches: Int) {
        for (draw, image) in [(0, pattern(28, 28)), (3, pattern(28, 56, 3))] {
            let shuffle = PatchShuffle(patches: patches, draw: draw)
            let origins = shuffle.origins(seed: 11)
            #expect(origins.sorted() == Array(0..<patches * patches))
            let moved = shuffled(image, shuffle, seed: 11)
            #expect(moved != image)
            var back = [UInt8](repeating: 0, count: image.shape.count)
            let (height, width) = (image.shape.height / patches, image.shape.width / patches)
            let row = image.shape.width * image.shape.channels
            for (place, origin) in origins.enumerated() {
                for y in 0..<height {
                    for byte in 0..<width * image.shape.channels {
                        let from = (place / patches * height + y) * row + place % patches * width * image.shape.channels
                        let to = (origin / patches * height + y) * row + origin % patches * width * image.shape.channels
                        back[to + byte] = moved.pixels[from + byte]
                    }
                }
            }
            #expect(back == image.pixels)
        }
    }

    @Test("the draws of a seed go through all permutations of four patches before one comes again")
    func everyPermutationOfFour() {
        for seed in [0, 1, 99] as [UInt64] {
            let all = (0..<23).map { PatchShuffle(draw: $0).origins(seed: seed) }
            #expect(Set(all).count == 23)
            #expect(!all.contains([0, 1, 2, 3]))
            #expect(PatchShuffle(draw: 23).origins(seed: seed) == all[0])
            let derangements = (0..<9).map { PatchShuffle(draw: $0, derangement: true).origins(seed: seed) }
            #expect(Set(derangements).count == 9)
            #expect(derangements.allSatisfy { $0.enumerated().allSatisfy { $0 != $1 } })
            #expect(Set(derangements).isSubset(of: Set(all)))
        }
    }

    @Test("no permutation is the identity; seeds and draws differ; derangements move every patch")
    func keyed() {
        let all = (0..<40 as Range<UInt64>).flatMap { seed in
            (0..<10).map { PatchShuffle(patches: 3, draw: $0).origins(seed: seed) }
        }
        #expect(Set(all).count == all.count)
        #expect(!all.contains(Array(0..<9)))
        let derangements = (0..<200).map { PatchShuffle(patches: 3, draw: $0, derangement: true).origins(seed: 5) }
        #expect(derangements.allSatisfy { $0.enumerated().allSatisfy { $0 != $1 } })
        // Every patch comes to every other place.
        #expect((0..<9).allSatisfy { place in Set(derangements.map { $0[place] }).count == 8 })
    }

    @Test("all images of a cell are shuffled alike")
    func sameForAllImages() throws {
        let image = pattern(28, 28)
        let cell = try pipeline(.patchShuffle(PatchShuffle(patches: 4)), image.shape, scale: .symmetric, seed: 3)
        let other = try pipeline(.patchShuffle(PatchShuffle(patches: 4)), image.shape, scale: .symmetric, seed: 4)
        #expect(cell.pixels(for: image, index: 0).values == cell.pixels(for: image, index: 9_999).values)
        #expect(cell.pixels(for: image, index: 0).values != other.pixels(for: image, index: 0).values)
    }

    @Test("sides that are no multiples of the number of patches are refused")
    func misfit() {
        let (dataset, model) = (DatasetFacts.images(28, 28), ModelFacts.pixels(32, 32))
        #expect(PatchShuffle(patches: 8).misfit(dataset, model) == nil)
        #expect(PatchShuffle(patches: 7, stage: .beforeResize).misfit(dataset, model) == nil)
        #expect(
            PatchShuffle(patches: 7).misfit(dataset, model)
                == "images of 32×32 cannot be cut into 7×7 equal patches"
        )
        #expect(PatchShuffle(patches: 8, stage: .beforeResize).misfit(dataset, model) != nil)
        #expect(PatchShuffle(patches: 4).misfit(dataset, .pixels(32, 30)) != nil)
    }
}
