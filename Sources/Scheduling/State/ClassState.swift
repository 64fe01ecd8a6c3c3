// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What the cells of one cost class have cost, and what is left of them.
struct ClassState: Sendable {
    /// Index of the model.
    let model: Int
    /// Images that are neither recorded nor failed.
    var remaining = 0
    /// All that was measured.
    private(set) var shards = 0
    private(set) var images = 0
    private(set) var seconds = 0.0
    /// Seconds per image, one entry per shard.
    private(set) var secondsPerImage = QuantileSketch()
    private var recentThreadSeconds = 0.0
    private var recentImages = 0.0

    init(model: Int) {
        self.model = model
    }

    /// Seconds of one thread for one image, over the recent shards of all workers; nil before the first.
    var threadSecondsPerImage: Double? { recentImages > 0 ? recentThreadSeconds / recentImages : nil }

    /// Adds a measured shard; in the mean over recent ones, older ones count 1 % less each time.
    mutating func add(images newImages: Int, seconds newSeconds: Double, threads: Int) {
        shards += 1
        images += newImages
        seconds += newSeconds
        secondsPerImage.add(newSeconds / Double(newImages))
        recentThreadSeconds = 0.99 * recentThreadSeconds + newSeconds * Double(threads)
        recentImages = 0.99 * recentImages + Double(newImages)
    }
}
