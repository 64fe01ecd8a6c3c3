// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import TestSupport
import Vocabulary

/// How rough a simulated world is; everything is drawn from the seed.
struct Climate {
    /// How somebody ends the run before its time.
    enum Interference {
        case stop(after: Double)
        case cancel(after: Double)
    }

    /// A time without dispatching.
    struct Pause {
        var reason: PauseReason
        var after: Double
        var seconds: Double
    }

    var cells = 10
    var mostImages = 100
    /// Whether every cell has as many images, rather than up to as many.
    var isEven = false
    var workers = 5
    var hosts = 2
    var models = 1
    /// Seconds within which most workers join.
    var joining = 1.0
    /// Seconds per image.
    var speed = 0.001...0.05
    /// Chance that a worker is ten times slower, and that an attempt takes twenty times as long or never ends.
    var sluggards = 0.1
    var stalls = 0.0
    var hangs = 0.0
    /// Whether workers say how long they computed.
    var tellsSeconds = true
    /// Chance that an attempt ends in an engine error, whoever tries it.
    var engineErrors = 0.0
    /// A cell and a position that no engine survives.
    var poison: (cell: Int, position: Int)?
    /// Chance that a worker gives wrong numbers, or fails at everything.
    var liars = 0.0
    var invalids = 0.0
    /// Chance that a worker's surroundings fail it, for a while or for good.
    var sicknesses = 0.0
    /// Chance that a message is lost, or delivered twice.
    var losses = 0.0
    var duplicates = 0.0
    /// Seconds a message travels, at least and at most.
    var latency = 0.0002...0.05
    /// Chance that a worker meets each kind of accident in the first minute.
    var deaths = 0.0
    var freezes = 0.0
    var partitions = 0.0
    var drains = 0.0
    /// Chance that a worker comes with attempts of a life long ago, whose shards have other bounds.
    var leftovers = 0.0
    /// Times the coordinator is killed.
    var crashes = 0
    /// Share of the images in the store before the run.
    var cached = 0.0
    var priorities = 1
    /// Models that are to be trained first, and the chance that this is impossible.
    var trainings = 0
    var hopeless = 0.0
    var pauses: [Pause] = []
    var interference: Interference?
    var configuration = SchedulingConfiguration()
    /// Events after which the world is taken not to end.
    var mostEvents = 400_000

    init() {}

    /// The climate of a seed: every fifth is calm, every fortieth has a hundred workers and more.
    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let roughness = seed.isMultiple(of: 5) ? 0 : Double.random(in: 0.2...1, using: &random)
        drawSizes(isLarge: seed % 40 == 39, &random)
        drawFaults(roughness, &random)
        drawAccidents(roughness, &random)
        drawPolicies(roughness, &random)
    }

    /// Whether what a coordinator was told may be lost, or older than what it knows.
    var makesHellosLate: Bool {
        losses > 0 || partitions > 0 || leftovers > 0 || crashes > 0 || engineErrors > 0 || poison != nil
            || sicknesses > 0
    }

    /// About how many images a shard has.
    var imagesPerShard: Double { Double(min(configuration.maximumShardImages, mostImages, 50)) }

    private mutating func drawSizes(isLarge: Bool, _ random: inout SplitMix64) {
        cells = .random(in: 0...(isLarge ? 60 : 25), using: &random)
        mostImages = (isLarge ? [1, 20, 100] : [1, 20, 100, 500]).randomElement(using: &random) ?? 1
        workers = isLarge ? .random(in: 100...200, using: &random) : .random(in: 1...12, using: &random)
        hosts = .random(in: 1...max(1, workers / 2), using: &random)
        models = .random(in: 1...4, using: &random)
        cached = random.chance(0.4) ? .random(in: 0...1, using: &random) : 0
        priorities = random.chance(0.3) ? 3 : 1
        tellsSeconds = random.chance(0.7)
        trainings = random.chance(0.4) ? .random(in: 1...models, using: &random) : 0
        hopeless = random.chance(0.3) ? 0.5 : 0
    }

    private mutating func drawFaults(_ roughness: Double, _ random: inout SplitMix64) {
        engineErrors = random.chance(0.3) ? 0.2 * roughness : 0
        let poisoned = Int.random(in: 0..<max(cells, 1), using: &random)
        poison = random.chance(0.2) ? (poisoned, .random(in: 0..<mostImages, using: &random)) : nil
        stalls = random.chance(0.5) ? 0.1 * roughness : 0
        liars = random.chance(0.25) ? 0.3 * roughness : 0
        invalids = random.chance(0.25) ? 0.3 * roughness : 0
        if random.chance(0.2) {
            configuration.timeLimit = .seconds(20)
            hangs = 0.05 * roughness
        }
        if random.chance(0.2) { hangs = 0.05 * roughness }
        configuration.stallPatience = .seconds(random.chance(0.5) ? 10 : 60)
        configuration.trainingPatience = .seconds(random.chance(0.5) ? 15 : 60)
        sicknesses = random.chance(0.35) ? roughness : 0
    }

    private mutating func drawAccidents(_ roughness: Double, _ random: inout SplitMix64) {
        losses = random.chance(0.5) ? 0.05 * roughness : 0
        duplicates = random.chance(0.5) ? 0.1 * roughness : 0
        latency = 0.0002...(random.chance(0.3) ? 3 : 0.05)
        deaths = 0.4 * roughness
        freezes = 0.4 * roughness
        partitions = 0.4 * roughness
        drains = 0.3 * roughness
        leftovers = random.chance(0.4) ? 0.6 * roughness : 0
        crashes = roughness == 0 ? 0 : .random(in: 0...2, using: &random)
    }

    private mutating func drawPolicies(_ roughness: Double, _ random: inout SplitMix64) {
        while random.chance(0.4 * roughness), pauses.count < 3 {
            let reason = PauseReason.allCases.randomElement(using: &random) ?? .user
            let after = Double.random(in: 0...20, using: &random)
            pauses.append(Pause(reason: reason, after: after, seconds: .random(in: 0.1...20, using: &random)))
        }
        if random.chance(0.06 * roughness) { interference = .stop(after: .random(in: 0...20, using: &random)) }
        if random.chance(0.06 * roughness) { interference = .cancel(after: .random(in: 0...20, using: &random)) }
        configuration.cellWindow = .random(in: 1...40, using: &random)
        configuration.minimumCredit = .random(in: 1...3, using: &random)
        configuration.maximumCredit = [3, 20, 1024].randomElement(using: &random) ?? 3
        let sizes = mostImages <= 20 ? [1, 7, 8192] : [7, 100, 8192]
        configuration.maximumShardImages = sizes.randomElement(using: &random) ?? 100
        configuration.auditFraction = random.chance(0.4) ? [0.1, 0.5, 1].randomElement(using: &random) ?? 1 : 0
        configuration.auditBacklog = random.chance(0.2) ? 3 : 65536
        if random.chance(0.1) { configuration.maximumFailures = 2 }
    }
}

extension Climate {
    /// A calm fleet of `workers` with `shards` cells of one image, some of whose workers and messages get lost.
    static func vast(workers: Int, shards: Int) -> Climate {
        var climate = Climate()
        climate.cells = shards
        climate.mostImages = 1
        climate.isEven = true
        climate.workers = workers
        climate.hosts = max(1, workers / 16)
        climate.models = 4
        climate.joining = 20
        climate.speed = 0.05...0.5
        climate.stalls = 0.001
        climate.liars = 0.001
        climate.deaths = 0.05
        climate.freezes = 0.02
        climate.partitions = 0.02
        climate.duplicates = 0.001
        climate.crashes = 1
        climate.pauses = [Pause(reason: .user, after: 12, seconds: 2)]
        climate.configuration.auditFraction = 0.01
        climate.mostEvents = 100 * shards
        return climate
    }
}
