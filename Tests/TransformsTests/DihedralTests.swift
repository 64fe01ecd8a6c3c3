// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

@Suite struct DihedralTests {
    // numpy: a = arange(1, 17).reshape(4, 4); rot90(a), rot90(a, 2), rot90(a, 3), fliplr(a), flipud(a), a.T,
    // rot90(a, 2).T
    @Test(
        "each map moves the pixels of a 4×4 image as NumPy does",
        arguments: [
            (.rotate90, [4, 8, 12, 16, 3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13]),
            (.rotate180, [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            (.rotate270, [13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3, 16, 12, 8, 4]),
            (.mirror, [4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9, 16, 15, 14, 13]),
            (.flip, [13, 14, 15, 16, 9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4]),
            (.transpose, [1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 4, 8, 12, 16]),
            (.antiTranspose, [16, 12, 8, 4, 15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1]),
        ] as [(Dihedral.Map, [UInt8])]
    )
    func knownAnswers(_ map: Dihedral.Map, _ expected: [UInt8]) {
        let image = ByteImage(ImageShape(height: 4, width: 4), pixels: Array(1...16))
        #expect(Dihedral(map).transformed(resized: image).pixels == expected)
        #expect(Dihedral(map, stage: .beforeResize).transformed(source: image).pixels == expected)
        #expect(Dihedral(map).transformed(source: image) == image)
        #expect(Dihedral(map, stage: .beforeResize).transformed(resized: image) == image)
    }

    @Test("the inverse gives the image back, all channels with their pixels", arguments: Dihedral.Map.allCases)
    func inverse(_ map: Dihedral.Map) {
        let inverse: Dihedral.Map =
            switch map {
            case .rotate90: .rotate270
            case .rotate270: .rotate90
            default: map
            }
        for image in [pattern(28, 28), pattern(5, 5, 3)] {
            let there = Dihedral(map).transformed(resized: image)
            #expect(there != image)
            #expect(there.pixels.sorted() == image.pixels.sorted())
            #expect(Dihedral(inverse).transformed(resized: there) == image)
        }
    }

    @Test("the seven maps and the identity are a group of eight")
    func group() {
        let image = ByteImage(ImageShape(height: 4, width: 4), pixels: Array(1...16))
        let images = Set([image] + Dihedral.Map.allCases.map { Dihedral($0).transformed(resized: image) })
        #expect(images.count == 8)
        for map in Dihedral.Map.allCases {
            #expect(Set(images.map { Dihedral(map).transformed(resized: $0) }) == images)
        }
    }

    @Test("of an image that is no square, the maps that keep its sides are made, and the others refused")
    func oblong() throws {
        let image = ByteImage(ImageShape(height: 2, width: 3), pixels: [1, 2, 3, 4, 5, 6])
        #expect(Dihedral(.mirror).transformed(resized: image).pixels == [3, 2, 1, 6, 5, 4])
        #expect(Dihedral(.flip).transformed(resized: image).pixels == [4, 5, 6, 1, 2, 3])
        #expect(Dihedral(.rotate180).transformed(resized: image).pixels == [6, 5, 4, 3, 2, 1])
        let (square, oblong) = (DatasetFacts.images(28, 28), DatasetFacts.images(28, 32))
        let model = ModelFacts.pixels(28, 28)
        for map in Dihedral.Map.allCases {
            let early = Dihedral(map, stage: .beforeResize)
            #expect(Dihedral(map).misfit(oblong, model) == nil)
            #expect(early.misfit(square, model) == nil)
            let keeps: [Dihedral.Map] = [.rotate180, .mirror, .flip]
            #expect((early.misfit(oblong, model) == nil) == keeps.contains(map))
        }
        #expect(
            Dihedral(.transpose, stage: .beforeResize).misfit(oblong, model)
                == "transpose exchanges rows and columns, which needs square images, not 28×32"
        )
    }

    @Test("a model's input has the same bits on every instruction set", arguments: InstructionSet.available)
    func instructionSets(_ set: InstructionSet) throws {
        let image = pattern(28, 28)
        for transform in [TransformSpec.dihedral(Dihedral(.rotate90)), .patchShuffle(PatchShuffle(patches: 4))] {
            let portable = try pipeline(transform, image.shape).input(for: image, index: 3).values
            #expect(try pipeline(transform, image.shape, set).input(for: image, index: 3).values.bits == portable.bits)
        }
    }
}
