// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A fleet, the work, the network, and what things cost the coordinator's thread.
struct Settings: Decodable {
    let workers: Int
    /// What an image takes a worker, in seconds, and the standard deviation of the logarithm of what a shard takes.
    let imageSeconds: Double
    let spread: Double
    /// What a shard is sized for, in seconds.
    let shardSeconds: Double
    /// Most images of a shard.
    let shardImages: Int
    let cellImages: Int
    /// Bytes of an image's row in a table.
    let imageBytes: Int

    /// One way, in seconds.
    let latency: Double
    /// Of the coordinator's link, each way, in bytes a second.
    let bandwidth: Double

    /// Seconds: of a heartbeat, of a message with results, of each shard in it, of each byte of its table, of a commit.
    let beatCost: Double
    let messageCost: Double
    let shardCost: Double
    let byteCost: Double
    let commitCost: Double

    /// Seconds that are measured, after as many as the fleet takes to get going.
    let warmUp: Double
    let duration: Double

    var isSound: Bool {
        let positive = [imageSeconds, shardSeconds, bandwidth, duration]
        let others = [spread, latency, beatCost, messageCost, shardCost, byteCost, commitCost, warmUp]
        return positive.allSatisfy { $0 > 0 } && others.allSatisfy { $0 >= 0 }
            && [workers, shardImages, cellImages, imageBytes].allSatisfy { $0 > 0 }
    }
}

/// What came of it.
struct Figures: Encodable {
    var workers = 0
    var shardsPerSecond = 0.0
    var imagesPerSecond = 0.0
    var bytesPerSecond = 0.0
    /// Shares of the time in which the workers computed, the coordinator's thread worked, and its link was busy.
    var workersBusy = 0.0
    var coordinatorBusy = 0.0
    var uplinkBusy = 0.0
    var downlinkBusy = 0.0
    /// Of the coordinator's thread: what takes its time.
    var beats = 0.0
    var messages = 0.0
    var tables = 0.0
    var commits = 0.0
    /// Shards in a commit.
    var shardsPerCommit = 0.0
    /// From a computed shard to its acknowledgement, in seconds.
    var acknowledgedAfterMedian = 0.0
    var acknowledgedAfterP99 = 0.0
    /// Real time that the scheduler itself took for a shard, in seconds.
    var schedulerSecondsPerShard = 0.0
    /// Shards that were handed out again, because somebody took a worker for lost or slow.
    var repeated = 0
}
