// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

/// How rough a simulated world is; everything is drawn from the seed.
struct Climate {
    var cells: Int
    var mostImages: Int
    var workers: Int
    var hosts: Int
    var models: Int
    /// Chance that an attempt ends in an engine error, whoever tries it.
    var engineErrors: Double
    /// A cell and a position that no engine survives.
    var poison: (cell: Int, position: Int)?
    /// Chance that a message is lost, or delivered twice.
    var losses: Double
    var duplicates: Double
    /// Seconds a message travels, at least and at most.
    var latency: ClosedRange<Double>
    /// Chance that a worker meets each kind of accident in the first minute.
    var deaths: Double
    var freezes: Double
    var partitions: Double
    var drains: Double
    /// Chance that a worker comes with attempts of a life long ago, whose shards have other bounds.
    var leftovers: Double
    /// Times the coordinator is killed.
    var crashes: Int
    /// Share of the images in the store before the run.
    var cached: Double
    var configuration: SchedulingConfiguration

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let isLarge = seed % 40 == 39
        let isCalm = seed % 5 == 0
        cells = .random(in: 0...(isLarge ? 60 : 25), using: &random)
        mostImages = (isLarge ? [1, 20, 100] : [1, 20, 100, 500]).randomElement(using: &random) ?? 1
        workers = isLarge ? .random(in: 100...200, using: &random) : .random(in: 1...12, using: &random)
        hosts = .random(in: 1...max(1, workers / 2), using: &random)
        models = .random(in: 1...4, using: &random)
        let roughness = isCalm ? 0 : Double.random(in: 0.2...1, using: &random)
        engineErrors = random.chance(0.3) ? 0.2 * roughness : 0
        let poisoned = Int.random(in: 0..<max(cells, 1), using: &random)
        poison = random.chance(0.2) ? (poisoned, .random(in: 0..<mostImages, using: &random)) : nil
        losses = random.chance(0.5) ? 0.05 * roughness : 0
        duplicates = random.chance(0.5) ? 0.1 * roughness : 0
        latency = 0.0002...(random.chance(0.3) ? 3 : 0.05)
        deaths = 0.4 * roughness
        freezes = 0.4 * roughness
        partitions = 0.4 * roughness
        drains = 0.3 * roughness
        leftovers = random.chance(0.4) ? 0.6 * roughness : 0
        crashes = isCalm ? 0 : .random(in: 0...2, using: &random)
        cached = random.chance(0.4) ? .random(in: 0...1, using: &random) : 0
        configuration = SchedulingConfiguration()
        configuration.cellWindow = .random(in: 1...40, using: &random)
        configuration.creditWindow = .random(in: 1...3, using: &random)
        configuration.maximumShardImages = [7, 100, 8192].randomElement(using: &random) ?? 100
    }
}
