// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The scheduler's constants; every default suits images that take milliseconds and machines on one network.
public struct SchedulingConfiguration: Hashable, Sendable {
    // Liveness

    /// How often a worker shows life at least; 2 s.
    public var heartbeatInterval: Duration = .seconds(2)
    /// Heartbeats a worker may miss before it loses its leases; 3.
    public var missedHeartbeats = 3
    /// How long an attempt may run at its worker; nil, the default, for as long as the worker shows life.
    ///
    /// An attempt beyond it is cancelled and spends the budget for engine errors.
    public var timeLimit: Duration?

    // Credit

    /// Shards a worker holds at least, one running and the rest waiting; 2.
    public var minimumCredit = 2
    /// Shards a worker holds at most, however small they are; 1024.
    public var maximumCredit = 1024
    /// Shards all workers hold at most beyond their minimum; bounds the scheduler's memory; 65536.
    public var totalCredit = 65536

    // Sizes

    /// Duration a shard is sized for once the worker's speed is known; 2 s.
    public var targetShardDuration: Duration = .seconds(2)
    /// Images per thread of a worker's first shard of a cost class; 16.
    public var firstShardImagesPerThread = 16
    /// Most images of a shard, which bounds the size of a table; 8192.
    public var maximumShardImages = 8192
    /// Weight of the newest measurement in a worker's seconds per image and round trip, in (0, 1]; 0.4.
    public var speedSmoothing = 0.4

    // Budgets

    /// Engine errors after which a shard has failed, from 1 to 255; 3.
    public var engineErrorBudget = 3
    /// Worker losses after which a shard has failed, from 1 to 255; 5.
    public var workerLossBudget = 5
    /// Failed shards after which the run stops; nil, the default, for any number.
    ///
    /// Failures of workers' surroundings never count: they say nothing of the shard.
    public var maximumFailures: Int?
    /// Shards a worker fails, and others compute, before it is quarantined; 3.
    public var quarantineThreshold = 3

    // Workers whose surroundings fail them

    /// How long a worker gets nothing after its surroundings failed it once; doubled by each failure in a row; 1 s.
    public var firstRest: Duration = .seconds(1)
    /// The longest such rest; 60 s.
    public var longestRest: Duration = .seconds(60)

    // Workers that show life and do not get on

    /// How long a worker may make no progress with a shard of which nobody knows how long it takes; 2 min.
    public var stallPatience: Duration = .seconds(120)
    /// The same for a training; 5 min.
    public var trainingPatience: Duration = .seconds(300)
    /// Where something is known, the multiple of it that takes the place of the patience, of which a quarter is the
    /// least: of the time to expect of the shard, or of the longest time between two signs of progress; 10.
    public var stallFactor = 10.0

    // What fails wherever it is tried

    /// Shards of a class that fail alike on every machine, while nothing of it succeeds, after which the rest is given up;
    /// nil for never; 8.
    public var commonFailures: Int? = 8

    // Checks

    /// Share of the recorded shards that a worker of another key and host computes again for comparison, from 0 to 1; 0.
    public var auditFraction = 0.0
    /// What decides which shards those are; none unless given, and then anyone can tell beforehand.
    public var auditSecret: [UInt8] = []
    /// Whether the run waits at its end for whoever may make the audits that are left, rather than giving them up; false.
    public var requiresAudits = false
    /// Audits that may wait for a second worker; those beyond are skipped, which bounds the memory, required or not; 65536.
    public var auditBacklog = 65536
    /// Whether a trained model counts only when a second worker repeated its last steps; it does not need to by default.
    public var verifiesTrainings = false
    /// Age of a running attempt, as a multiple of its class's 95th percentile, from which an idle worker repeats it; 2.
    public var speculationFactor = 2.0

    // The run

    /// Cells kept waiting, of which half may be under way before more are asked for; 4096.
    public var cellWindow = 4096
    /// Span over which the rate is measured; 30 s.
    public var rateWindow: Duration = .seconds(30)
    /// How long attempts in flight may go on after a stop, and commits after a cancellation; 10 s.
    public var stopGrace: Duration = .seconds(10)

    /// The defaults.
    public init() {}

    /// Attempts that a joining worker may bring along: what it may hold, computed and not.
    var mostAdopted: Int { 2 * maximumCredit }
    /// Attempts that all workers may hold before those that joining ones bring along are refused.
    var mostLeases: Int { 4 * totalCredit }

    /// The silence after which a worker is lost.
    public var longestSilence: Duration { heartbeatInterval * missedHeartbeats }
}

extension SchedulingConfiguration {
    var isValid: Bool {
        let counts = [
            missedHeartbeats, minimumCredit, maximumCredit, totalCredit, firstShardImagesPerThread,
            maximumShardImages, cellWindow, quarantineThreshold, maximumFailures ?? 1,
            commonFailures ?? 1,
        ]
        let durations = [
            heartbeatInterval, targetShardDuration, rateWindow, timeLimit ?? .seconds(1), firstRest, longestRest,
            stallPatience,
            trainingPatience,
        ]
        return counts.allSatisfy { $0 > 0 } && durations.allSatisfy { $0 > .zero } && stopGrace >= .zero
            && [engineErrorBudget, workerLossBudget].allSatisfy { (1...255).contains($0) }
            && speedSmoothing > 0 && speedSmoothing <= 1
            && stallFactor >= 1 && (0...1).contains(auditFraction) && auditBacklog >= 0 && speculationFactor >= 1
    }
}
