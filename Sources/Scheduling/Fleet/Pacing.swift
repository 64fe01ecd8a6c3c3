// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How much work a worker holds, so that it never waits and never hoards, and how many images make a shard.
struct Pacing: Sendable {
    /// Shards a worker holds at least.
    let minimumCredit: Int
    private let maximumCredit: Int
    private let totalCredit: Int
    private let targetSeconds: Double
    private let firstShardImagesPerThread: Int
    private let maximumShardImages: Int
    /// Weight of the newest measurement.
    let smoothing: Double
    /// The longest round trip that is believed, in seconds: within it a worker would be lost.
    let longestRoundTrip: Double

    init(_ configuration: SchedulingConfiguration) {
        minimumCredit = configuration.minimumCredit
        maximumCredit = configuration.maximumCredit
        totalCredit = configuration.totalCredit
        targetSeconds = configuration.targetShardDuration.inSeconds
        firstShardImagesPerThread = configuration.firstShardImagesPerThread
        maximumShardImages = configuration.maximumShardImages
        smoothing = configuration.speedSmoothing
        longestRoundTrip = configuration.longestSilence.inSeconds
    }

    /// Whether the worker may receive another shard: it holds the least number, or less than two round trips of work.
    ///
    /// Counted in seconds of work, because a number of shards that is right for one class is hours of another. Two round
    /// trips, because within one the worker computes what it holds, and within the next what is sent meanwhile.
    func hasCredit(_ worker: WorkerState, amongActive workers: Int) -> Bool {
        guard worker.isActive else { return false }
        let held = worker.leases.count
        // One that has failed for its surroundings shows first that it can work again.
        if worker.sickness != nil { return held == 0 }
        if held < minimumCredit { return true }
        guard let roundTrip = worker.speed.roundTrip, worker.leases.seconds < 2 * roundTrip else { return false }
        return held < mostCredit(amongActive: workers)
    }

    /// The most shards of one worker: no more than its part of what all may hold together.
    private func mostCredit(amongActive workers: Int) -> Int {
        let share = totalCredit / max(workers, 1)
        return max(minimumCredit, min(maximumCredit, share))
    }

    /// How long images of the class will keep the worker busy; a shard of unknown cost is taken for a whole one.
    ///
    /// Where the worker's own speed is not known, `typical` stands in: seconds of one thread for one image.
    func expectedSeconds(of images: Int, costClass: Int, typical: Double?, at worker: WorkerState) -> Double {
        if let measured = worker.speed.secondsPerImage(of: costClass) { return measured * Double(images) }
        if let typical { return typical * Double(images) / Double(worker.facts.threads) }
        return targetSeconds
    }

    /// How many of `available` images the worker receives: about the target duration of work, in equal parts.
    ///
    /// Bounds of shards decide who computes what, never a number.
    ///
    /// Of `pending`, the last images of all, every worker takes its part; it is nil while others are to come. `draws` are
    /// those of the class: where its cost is not known, an image is taken to be as many.
    func shardImages(
        of available: Int,
        costClass: Int,
        draws: Int,
        pending: Int?,
        for worker: WorkerState,
        among active: WorkerCount
    ) -> Int {
        var size = imagesOfTargetDuration(worker, costClass, draws: draws)
        if let pending, active.workers > 1 {
            // Half of what falls to its threads, so that nobody still computes when the others are done; but no less than
            // an eighth of the target duration, below which another shard costs more than it saves.
            let share = Double(pending) * (Double(worker.facts.threads) / Double(active.threads))
            size = min(size, max(share / 2, size / 8))
        }
        // Fewer images than threads would leave threads idle.
        size = max(size, Double(worker.facts.threads))
        let most = Int(min(size, Double(maximumShardImages)))
        let parts = (available + most - 1) / most
        return (available + parts - 1) / parts
    }

    private func imagesOfTargetDuration(_ worker: WorkerState, _ costClass: Int, draws: Int) -> Double {
        if let measured = worker.speed.secondsPerImage(of: costClass) { return targetSeconds / measured }
        if let expected = worker.facts.imagesPerSecond, expected > 0 { return targetSeconds * expected / Double(draws) }
        return Double(firstShardImagesPerThread * worker.facts.threads) / Double(draws)
    }

    func checkInvariants(of worker: WorkerState) throws(InvariantViolation) {
        let own = worker.leases.count { !$0.isAdopted }
        try expect(own <= max(minimumCredit, maximumCredit), "worker \(worker.id) was given \(own) shards")
    }
}
