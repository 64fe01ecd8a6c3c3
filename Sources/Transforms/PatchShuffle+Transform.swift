// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
package import Vocabulary

extension PatchShuffle: AppliedTransform {
    package func transform(seed: UInt64, repetition: Int) -> any Transform {
        PatchPermutation(patches: patches, origins: origins(seed: seed, repetition: repetition), stage: stage)
    }

    /// For each place, row after row, which patch comes to stand there.
    ///
    /// Of 2 × 2 patches there are 23 permutations, 9 of them derangements: the draws of a seed go through all of them in
    /// an order of its own before one comes again. Of more patches each draw is drawn for itself, which practically
    /// never repeats one. A second shuffle of a chain has other permutations.
    package func origins(seed: UInt64, repetition: Int = 0) -> [Int] {
        // A draw fills fewer than 32 bits.
        let stream = UInt64(repetition) << 32
        guard patches == 2 else {
            var words = PermutationWords(seed: seed, index: stream | UInt64(draw))
            let places = Array(0..<patches * patches)
            while true {
                let origins = words.shuffled(places)
                if isWanted(origins) { return origins }
            }
        }
        var words = PermutationWords(seed: seed, index: stream)
        let all = words.shuffled(Self.permutations(of: [0, 1, 2, 3]).filter(isWanted))
        return all[draw % all.count]
    }

    private func isWanted(_ origins: [Int]) -> Bool {
        let moved = origins.enumerated().count { $0 != $1 }
        return derangement ? moved == origins.count : moved > 0
    }

    /// All orders of some numbers, in lexicographic order of their places.
    private static func permutations(of numbers: [Int]) -> [[Int]] {
        guard numbers.count > 1 else { return [numbers] }
        return numbers.indices.flatMap { first in
            var others = numbers
            others.remove(at: first)
            return permutations(of: others).map { [numbers[first]] + $0 }
        }
    }
}

/// Random orders, made of the words of one stream one after another.
private struct PermutationWords {
    private let stream: RandomStream
    private var used = 0

    init(seed: UInt64, index: UInt64) { stream = RandomStream(seed: seed, purpose: .permutation, index: index) }

    /// `elements` in a random order (Fisher and Yates): place i, from the last down to 1, gets that of place ⌊w·(i + 1) /
    /// 2³²⌋, w the next word.
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for place in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(place, Int((UInt64(stream.word(used)) * UInt64(place + 1)) >> 32))
            used += 1
        }
        return elements
    }
}

/// Puts the patches of images in other places.
private struct PatchPermutation: Transform {
    let patches: Int
    let origins: [Int]
    let stage: TransformStage

    func transformed(source image: ByteImage) -> ByteImage { stage == .beforeResize ? shuffled(image) : image }

    func transformed(resized image: ByteImage) -> ByteImage { stage == .afterResize ? shuffled(image) : image }

    private func shuffled(_ image: ByteImage) -> ByteImage {
        let (height, width) = (image.shape.height / patches, image.shape.width / patches)
        return image.rearranged { y, x in
            let origin = origins[y / height * patches + x / width]
            return (origin / patches * height + y % height, origin % patches * width + x % width)
        }
    }
}
