// BitSweep
// SPDX-License-Identifier: Apache-2.0

// Sizes: how many images make a shard.
extension SchedulingCore {
    /// How many of `available` images the worker receives: about the target duration of work, in equal parts.
    ///
    /// Bounds of shards decide who computes what, never a number.
    func shardImages(_ available: Int, _ workerSlot: WorkerSlot, _ costClass: Int) -> Int {
        let worker = workers[workerSlot]
        let bySpeed = imagesOfTargetDuration(worker, costClass)
        // Fewer images than threads would leave threads idle.
        let size = max(min(bySpeed, imagesOfTail(worker, bySpeed)), Double(worker.facts.threads))
        let most = Int(min(size, Double(configuration.maximumShardImages)))
        let parts = (available + most - 1) / most
        return (available + parts - 1) / parts
    }

    /// The most that the worker may take of what is left, so that nobody still computes when the others are done.
    ///
    /// That is half of what falls to its threads, but no less than an eighth of the target duration, below which
    /// another shard costs more than it saves.
    private func imagesOfTail(_ worker: WorkerState, _ bySpeed: Double) -> Double {
        if areCellsComing || activeWorkers < 2 { return .infinity }
        let share = Double(worker.facts.threads) / Double(activeThreads)
        return max(Double(tally[.pending]) * share / 2, bySpeed / 8)
    }

    private func imagesOfTargetDuration(_ worker: WorkerState, _ costClass: Int) -> Double {
        let target = configuration.targetShardDuration.inSeconds
        if let measured = worker.measuredSeconds(costClass) { return target / measured }
        if let expected = worker.facts.imagesPerSecond, expected > 0 { return target * expected }
        return Double(configuration.firstShardImagesPerThread * worker.facts.threads)
    }
}
