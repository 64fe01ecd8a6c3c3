// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What images have cost so far, by cost class; classes are known by their index, in the order of first appearance.
struct CostTable: Sendable {
    /// Shards of a class that must be measured before one of them can be called late.
    private static let fewestMeasured = 5

    private var classes = Interning<CostClass>()
    private var models = Interning<String>()
    /// The external model that a model is, by its index.
    private var externals: [ExternalModel?] = []
    private var costs: [ClassCost] = []

    /// The index of the class, which is made when it is new.
    mutating func index(of costClass: CostClass) -> Int {
        let index = classes.index(of: costClass)
        if index == costs.count {
            let model = models.index(of: costClass.model)
            costs.append(ClassCost(model: model))
            if model == externals.count { externals.append(costClass.external) }
        }
        return index
    }

    /// The indices of all classes.
    var indices: Range<Int> { costs.indices }

    /// The class of an index.
    func `class`(at index: Int) -> CostClass { classes.values[index] }

    /// Index of the model of the class.
    func model(of costClass: Int) -> Int { costs[costClass].model }

    /// The external model of the class; nil for one that all workers can compute.
    func external(of costClass: Int) -> ExternalModel? { externals[costs[costClass].model] }

    /// The external model that the model of an index is; nil for one that all workers can compute.
    func external(ofModel model: Int) -> ExternalModel? { externals[model] }

    /// Whether some model is one that not every worker can compute.
    var hasExternals: Bool { externals.contains { $0 != nil } }

    /// Draws of each of the class's images.
    func draws(of costClass: Int) -> Int { classes.values[costClass].draws }

    /// Shards of the class that were measured.
    func shards(of costClass: Int) -> Int { costs[costClass].shards }

    /// Seconds of one thread for one image of the class, over recent shards of all workers; nil before the first.
    func threadSecondsPerImage(of costClass: Int) -> Double? { costs[costClass].threadSecondsPerImage }

    /// Seconds per image that 19 of 20 shards of the class did not exceed; nil while too few are measured.
    func highSecondsPerImage(of costClass: Int) -> Double? {
        let measured = costs[costClass].secondsPerImage
        return measured.counted >= CostTable.fewestMeasured ? measured.quantile(0.95) : nil
    }

    /// Adds a measured shard.
    mutating func add(images: Int, seconds: Double, threads: Int, to costClass: Int) {
        costs[costClass].add(images: images, seconds: seconds, threads: threads)
    }

    /// Seconds of one thread for what is left of each class and for `unseen` images of cells not given yet.
    ///
    /// A draw of classes without a measurement is taken to cost what it does of the others, and so is an unseen image; nil
    /// without any.
    func threadSeconds(remaining: [Int], unseen: Int) -> Double? {
        let measured = costs.indices.compactMap { index in
            costs[index].threadSecondsPerImage.map { $0 / Double(draws(of: index)) }
        }
        guard !measured.isEmpty else { return nil }
        let typical = measured.reduce(0, +) / Double(measured.count)
        return zip(costs.indices, remaining).reduce(Double(unseen) * typical) { sum, next in
            let (index, images) = next
            return sum + Double(images) * (costs[index].threadSecondsPerImage ?? typical * Double(draws(of: index)))
        }
    }

    /// Every class with what is left of it.
    func summaries(remaining: [Int]) -> [CostSummary] {
        costs.indices.map { index in
            let cost = costs[index]
            return CostSummary(
                costClass: classes.values[index],
                shards: cost.shards,
                images: cost.images,
                seconds: cost.seconds,
                median: cost.secondsPerImage.quantile(0.5),
                percentile95: cost.secondsPerImage.quantile(0.95),
                remaining: remaining[index]
            )
        }
    }
}

/// What the images of one cost class have cost.
private struct ClassCost {
    /// Index of the model.
    let model: Int
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
