// BitSweep
// SPDX-License-Identifier: Apache-2.0

import RandomNumbers

/// What a bootstrap draws within each class: single images, or groups of them where there are very many.
///
/// Each unit has a slot. The slots of a class lie side by side, and a class begins at a multiple of eight, so that
/// rows of multiplicities can be read eight at a time; slots between classes belong to no image.
struct ResamplingUnits: Sendable {
    /// The images of one label.
    struct Stratum: Sendable {
        /// What the images have in common.
        let label: Int
        /// The slots of its units.
        let slots: Range<Int>
        /// The same, to the next multiple of eight.
        let paddedSlots: Range<Int>
    }

    /// How many units there are for all classes together before images are grouped.
    static let limit = 16_384
    /// How many units a class keeps however small it is beside the others, if it has as many images.
    static let leastPerStratum = 256

    /// The classes, ascending by label.
    let strata: [Stratum]
    /// Number of slots, those that belong to no image included.
    let slotCount: Int
    /// The slot of each image.
    let slotOfImage: [Int32]
    /// The class of each slot, as an index of ``strata``.
    let stratumOfSlot: [Int32]
    /// Whether a unit may be more than one image.
    let isGrouped: Bool

    /// The units of images with these labels; `seed` decides which images are grouped.
    init(labels: [Int], seed: UInt64) {
        isGrouped = labels.count > Self.limit
        var members: [Int: [Int32]] = [:]
        for (image, label) in labels.enumerated() { members[label, default: []].append(Int32(image)) }
        var strata: [Stratum] = []
        var slotOfImage = [Int32](repeating: 0, count: labels.count)
        var stratumOfSlot: [Int32] = []
        for (label, images) in members.sorted(by: { $0.key < $1.key }) {
            let first = stratumOfSlot.count
            let units = Self.unitCount(images: images.count, of: labels.count)
            let order = units < images.count ? Self.shuffled(images, seed: seed, label: label) : images
            for (position, image) in order.enumerated() { slotOfImage[Int(image)] = Int32(first + position % units) }
            let padded = first + (units + 7) / 8 * 8
            stratumOfSlot += [Int32](repeating: Int32(strata.count), count: padded - first)
            strata.append(Stratum(label: label, slots: first..<first + units, paddedSlots: first..<padded))
        }
        (self.strata, self.slotOfImage, self.stratumOfSlot) = (strata, slotOfImage, stratumOfSlot)
        slotCount = stratumOfSlot.count
    }

    private static func unitCount(images: Int, of total: Int) -> Int {
        guard total > limit else { return images }
        return min(images, max(leastPerStratum, limit * images / total))
    }

    /// The images in an order without any pattern of the data set's (Fisher and Yates).
    private static func shuffled(_ images: [Int32], seed: UInt64, label: Int) -> [Int32] {
        var order = images
        // No replicate has this number.
        var draws = ResamplingDraws(seed: seed, replicate: .max, label: label)
        for position in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(position, draws.next(below: position + 1))
        }
        return order
    }
}

/// The random numbers of one replicate and one class: a function of (seed, replicate, label) and nothing else.
///
/// A class is resampled alike whichever other classes are there.
struct ResamplingDraws {
    /// The purpose of the numbers in the generator's counter, next to those of `RandomPurpose`.
    private static let purpose: UInt32 = 7

    private let philox: Philox
    private var counter: SIMD4<UInt32>
    private var words = SIMD4<UInt32>()
    private var used = 4

    init(seed: UInt64, replicate: UInt32, label: Int) {
        philox = Philox(key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        counter = SIMD4(0, Self.purpose, replicate, UInt32(truncatingIfNeeded: label))
    }

    /// The next number in 0 ..< `bound`; off from uniform by less than bound / 2³².
    mutating func next(below bound: Int) -> Int {
        if used == 4 {
            words = philox.words(at: counter)
            counter.x &+= 1
            used = 0
        }
        defer { used += 1 }
        return Int(truncatingIfNeeded: (UInt64(words[used]) &* UInt64(bound)) >> 32)
    }

    /// Adds how often each of `counts.count` units is drawn when as many are drawn with replacement.
    mutating func tally(_ counts: UnsafeMutableBufferPointer<UInt8>) {
        let bound = UInt64(counts.count)
        // No unit is ever drawn 256 times: for 256 units or more that has a probability below 10⁻⁵⁰⁰.
        func draw(_ word: UInt32) { counts[Int(truncatingIfNeeded: (UInt64(word) &* bound) >> 32)] &+= 1 }
        var rest = counts.count
        while rest >= 4 {
            let words = philox.words(at: counter)
            counter.x &+= 1
            draw(words.x)
            draw(words.y)
            draw(words.z)
            draw(words.w)
            rest -= 4
        }
        let words = philox.words(at: counter)
        for lane in 0..<rest { draw(words[lane]) }
    }
}
