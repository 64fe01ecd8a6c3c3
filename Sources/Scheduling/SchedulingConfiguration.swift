// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The scheduler's constants; every default suits images that take milliseconds and machines on one network.
public struct SchedulingConfiguration: Hashable, Sendable {
    /// How often a worker shows life at least; 2 s.
    public var heartbeatInterval: Duration = .seconds(2)
    /// Heartbeats a worker may miss before it loses its leases; 3.
    public var missedHeartbeats = 3
    /// Shards a worker holds at once, one running and the rest waiting; 2.
    public var creditWindow = 2
    /// Duration a shard is sized for once the worker's speed is known; 2 s.
    public var targetShardDuration: Duration = .seconds(2)
    /// Images per thread of a worker's first shard of a cost class; 16.
    public var firstShardImagesPerThread = 16
    /// Most images of a shard, which bounds the size of a table; 8192.
    public var maximumShardImages = 8192
    /// Weight of the newest measurement in a worker's seconds per image, in (0, 1]; 0.4.
    public var speedSmoothing = 0.4
    /// Engine errors after which a shard has failed, from 1 to 255; 3.
    public var engineErrorBudget = 3
    /// Worker losses after which a shard has failed, from 1 to 255; 5.
    public var workerLossBudget = 5
    /// Cells kept waiting, of which half may be under way before more are asked for; 4096.
    public var cellWindow = 4096
    /// Span over which the rate is measured; 30 s.
    public var rateWindow: Duration = .seconds(30)
    /// How long attempts in flight may go on after a stop; 10 s.
    public var stopGrace: Duration = .seconds(10)

    /// The defaults.
    public init() {}

    /// The silence after which a worker is lost.
    public var longestSilence: Duration { heartbeatInterval * missedHeartbeats }
}
