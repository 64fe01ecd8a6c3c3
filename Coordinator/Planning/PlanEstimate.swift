// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Reporting
import ResultStore
import Scheduling
import SweepPlan
import Vocabulary

/// What running a sweep would take.
struct PlanEstimate: Encodable {
    /// Different points of the grid.
    var cells: Int
    /// Combinations that the file gives more than once.
    var duplicates: Int
    /// Combinations that `exclude` or `when` removes.
    var excluded: Int
    /// Cells whose images are all in the store.
    var cachedCells: Int
    /// Models that are trained first.
    var trainings: Int
    /// Images of the other cells.
    var images: Int
    /// Shards of those images, at the duration the scheduler aims at.
    var shards: Int
    /// Seconds for those images; nil where no speed is known.
    var estimatedSeconds: Double?
    /// Where the speed is known from; nil where it is not.
    var speedSource: SpeedSource?
    /// Cells that `only` and `skip` leave out.
    var unselected: Int
    /// What the sweep's text sets and selects, as options of a command line.
    var settings: [String]
    /// Models whose cells the seconds do not count, because nothing is known of their speed.
    private var unmeasured: [String] = []

    /// Where the speed of an estimate is known from.
    enum SpeedSource: String, Encodable {
        /// From the parts of a store.
        case store
        /// From scoring images on this machine.
        case measurement
    }

    private enum CodingKeys: String, CodingKey {
        case cells, duplicates, excluded, cachedCells = "cached_cells", trainings, images, shards
        case estimatedSeconds = "estimated_seconds", speedSource = "speed_source", unselected, settings
    }

    /// Whether nothing is known of the speed of what is left to compute.
    var needsMeasurement: Bool { estimatedSeconds == nil && images > 0 }

    /// Estimates the seconds by scoring some of the images on this machine.
    ///
    /// - Throws: what `MeasuredSpeed` does.
    mutating func measure(_ plan: PlannedSweep, library: DatasetLibrary) throws {
        let speed = try MeasuredSpeed(plan, library: library)
        unmeasured = speed.unmeasured
        guard speed.images > 0 else { return }
        (estimatedSeconds, speedSource) = (speed.seconds, .measurement)
    }

    /// Writes one flat object; what is not known is null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cells, forKey: .cells)
        try container.encode(duplicates, forKey: .duplicates)
        try container.encode(excluded, forKey: .excluded)
        try container.encode(cachedCells, forKey: .cachedCells)
        try container.encode(trainings, forKey: .trainings)
        try container.encode(images, forKey: .images)
        try container.encode(shards, forKey: .shards)
        try container.encode(estimatedSeconds, forKey: .estimatedSeconds)
        try container.encode(speedSource, forKey: .speedSource)
        try container.encode(unselected, forKey: .unselected)
        try container.encode(settings, forKey: .settings)
    }

    /// Speed assumed for the number of shards while the store has seen none, in images per second.
    private static let assumedSpeed = 250.0

    /// Never visits the cells of the grid: what is cached is found from the store's side.
    init(_ plan: PlannedSweep, store: ResultStore?) throws {
        let tally = plan.grid.tally()
        cells = tally.cells
        duplicates = tally.duplicates
        excluded = tally.excluded
        unselected = plan.sweep.unselectedCells
        settings = plan.settings.texts
        let total = plan.imageCount(cells: tally.cells)
        let cached = try store.map { try CachedCells(of: plan, in: $0) } ?? CachedCells()
        cachedCells = cached.cells
        images = total - cached.images
        let kept = store.map { TrainedModels(store: $0.path) }
        trainings = images == 0 ? 0 : plan.trainings.keys.count { kept?.checkpoint(of: $0) == nil }
        let speed = try store?.imagesPerSecond()
        let configuration = SchedulingConfiguration()
        let perShard = (speed ?? Self.assumedSpeed) * Double(configuration.targetShardDuration.components.seconds)
        let size = Int(min(Double(configuration.maximumShardImages), max(1, perShard)))
        shards = cached.shards(plan, total: tally, size: size)
        let draws = plan.drawCount(cells: tally.cells) - cached.draws
        estimatedSeconds = speed.map { Double(draws) / $0 }
        speedSource = speed.map { _ in .store }
    }

    func lines(of plan: PlannedSweep) -> [String] {
        var lines = [
            "\(plan.sweep.name): \(counted(plan.grid.models.count, "model")), "
                + counted(plan.grid.datasets.count, "data set")
        ]
        lines += settings.map { "with        \($0)" }
        lines += [
            "cells       \(HumanText.count(cells))"
                + (unselected > 0 ? " of \(HumanText.count(cells + unselected))" : ""),
            "duplicates  \(HumanText.count(duplicates))",
            "excluded    \(HumanText.count(excluded))",
            "cached      \(counted(cachedCells, "cell"))",
            "to compute  \(counted(images, "image")) in about \(counted(shards, "shard"))",
            "time        \(time)",
        ]
        if unselected > 0, !plan.grid.hasIdentity {
            lines.append("remark      no identity cell is left, so there are no differences; --only identity adds them")
        }
        if trainings > 0 { lines.append("to train    \(counted(trainings, "model")) first") }
        for cell in plan.grid.cells.prefix(3) {
            lines.append(
                "first       \(plan.model(cell.spec.model).label) · \(cell.spec.dataset) · \(cell.spec.transform) · seed \(cell.spec.seed)"
            )
        }
        return lines
    }

    /// How long it takes, and how that is known.
    private var time: String {
        let names = unmeasured.joined(separator: ", ")
        let rest = unmeasured.isEmpty ? "" : ", without \(names), of which no speed is known"
        guard let estimatedSeconds else { return "unknown: the store has no measured speed yet" }
        let duration = HumanText.duration(.believable(estimatedSeconds))
        return switch speedSource {
        case .measurement: "\(duration) on this machine, as measured just now\(rest)"
        case .store, nil: "\(duration) on one worker like the last"
        }
    }
}
