// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
    /// Seconds for those images at the speed the store has seen; nil when it has seen none.
    var estimatedSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case cells, duplicates, excluded, cachedCells = "cached_cells", trainings, images, shards
        case estimatedSeconds = "estimated_seconds"
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
    }

    /// Speed assumed for the number of shards while the store has seen none, in images per second.
    private static let assumedSpeed = 250.0

    /// Never visits the cells of the grid: what is cached is found from the store's side.
    init(_ plan: PlannedSweep, store: ResultStore?) throws {
        let tally = plan.grid.tally()
        cells = tally.cells
        duplicates = tally.duplicates
        excluded = tally.excluded
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
    }

    func lines(of plan: PlannedSweep) -> [String] {
        let time = estimatedSeconds.map { HumanText.duration(.believable($0)) + " on one worker like the last" }
        var lines = [
            "\(plan.sweep.name): \(counted(plan.grid.models.count, "model")), "
                + counted(plan.grid.datasets.count, "data set"),
            "cells       \(HumanText.count(cells))",
            "duplicates  \(HumanText.count(duplicates))",
            "excluded    \(HumanText.count(excluded))",
            "cached      \(counted(cachedCells, "cell"))",
            "to compute  \(counted(images, "image")) in about \(counted(shards, "shard"))",
            "time        \(time ?? "unknown: the store has no measured speed yet")",
        ]
        if trainings > 0 { lines.append("to train    \(counted(trainings, "model")) first") }
        for cell in plan.grid.cells.prefix(3) {
            lines.append(
                "first       \(plan.model(cell.spec.model).label) · \(cell.spec.dataset) · \(cell.spec.transform) · seed \(cell.spec.seed)"
            )
        }
        return lines
    }
}
