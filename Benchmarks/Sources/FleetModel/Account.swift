// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What happened since the fleet got going.
struct Account {
    private let start: Double
    private let end: Double
    private let clock = ContinuousClock()
    private var spent = Figures()
    private var computed = 0.0
    private var worked = 0.0
    private var shards = 0
    private var images = 0
    private var commitCount = 0
    private var committed = 0
    private var delays: [Double] = []
    private var scheduling = Duration.zero
    private var allShards = 0
    /// When the attempts that are not acknowledged were computed.
    var began: [AttemptIdentity: Double] = [:]
    var repeated = 0

    init(from start: Double, to end: Double) { (self.start, self.end) = (start, end) }

    /// Measures, in real time, what the scheduler takes.
    mutating func measuring<Value>(_ body: () -> Value) -> Value {
        let begun = clock.now
        let value = body()
        scheduling += begun.duration(to: clock.now)
        return value
    }

    mutating func computes(from now: Double, _ seconds: Double) {
        computed += max(0, min(now + seconds, end) - max(now, start))
    }

    mutating func worked(from begun: Double, to end: Double) {
        worked += max(0, end - max(begun, start))
    }

    mutating func spend(_ seconds: Double, at now: Double, _ purpose: WritableKeyPath<Figures, Double>) {
        if now >= start { spent[keyPath: purpose] += seconds }
    }

    mutating func commits(_ count: Int, at now: Double) {
        guard now >= start else { return }
        commitCount += 1
        committed += count
    }

    mutating func recorded(_ count: Int, at now: Double) {
        allShards += 1
        guard now >= start else { return }
        shards += 1
        images += count
    }

    mutating func acknowledged(_ attempt: AttemptIdentity, at now: Double) {
        guard let computed = began.removeValue(forKey: attempt), now >= start else { return }
        delays.append(now - computed)
    }

    /// All of it, for each second and as shares of the time that was measured.
    func figures(_ settings: Settings, _ uplink: Link, _ downlink: Link) -> Figures {
        let seconds = settings.duration
        var figures = spent
        figures.workers = settings.workers
        figures.shardsPerSecond = Double(shards) / seconds
        figures.imagesPerSecond = Double(images) / seconds
        figures.bytesPerSecond = figures.imagesPerSecond * Double(settings.imageBytes)
        figures.workersBusy = computed / seconds / Double(settings.workers)
        figures.coordinatorBusy = worked / seconds
        figures.uplinkBusy = uplink.busy / (seconds + settings.warmUp)
        figures.downlinkBusy = downlink.busy / (seconds + settings.warmUp)
        for purpose in [\Figures.beats, \Figures.messages, \Figures.tables, \Figures.commits] {
            figures[keyPath: purpose] /= seconds
        }
        figures.shardsPerCommit = Double(committed) / Double(max(1, commitCount))
        let sorted = delays.sorted()
        if !sorted.isEmpty {
            figures.acknowledgedAfterMedian = sorted[sorted.count / 2]
            figures.acknowledgedAfterP99 = sorted[sorted.count * 99 / 100]
        }
        let schedulerSeconds = Double(scheduling.components.seconds) + Double(scheduling.components.attoseconds) * 1e-18
        figures.schedulerSecondsPerShard = schedulerSeconds / Double(max(1, allShards))
        figures.repeated = repeated
        return figures
    }
}
