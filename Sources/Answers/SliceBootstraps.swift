// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Statistics

/// The draws of the slices seen last, each made once.
///
/// A run has few slices, but cells that are not complete may have any; draws of 10,000 images are 20 MB.
package struct SliceBootstraps {
    private let settings: AnswerSettings
    private let most: Int
    private var known: [(labels: [Int], seed: UInt64, bootstrap: StratifiedBootstrap)] = []

    /// Keeps the draws of `most` slices.
    package init(_ settings: AnswerSettings, keeping most: Int = 2) {
        (self.settings, self.most) = (settings, most)
    }

    /// The draws of images with these classes; by another seed than that of the settings where they are other images that
    /// are drawn beside them.
    package mutating func bootstrap(_ labels: [Int], seed: UInt64? = nil) -> StratifiedBootstrap {
        let seed = seed ?? settings.seed
        if let known = known.last(where: { $0.seed == seed && $0.labels == labels }) { return known.bootstrap }
        let made = StratifiedBootstrap(labels: labels, seed: seed, replicates: settings.replicates)
        if known.count == most { known.removeFirst() }
        known.append((labels, seed, made))
        return made
    }
}
