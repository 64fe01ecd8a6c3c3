// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

/// The transformations of a sweep that a preview has room for.
struct PreviewedTransforms {
    /// A transformation, with what else decides what its images look like.
    struct Setting: Hashable {
        var transform: TransformSpec
        /// The model that decodes, where one does.
        var model: String?
    }

    /// What is drawn, in the sweep's order, each with the seed of its first cell.
    let chosen: [(setting: Setting, seed: UInt64)]
    /// What is left out, of each name that something of is: how many are drawn, and how many there are.
    let omissions: [(name: String, drawn: Int, all: Int)]
    /// The first model that is shown each data set.
    let firstModels: [String: String]
    /// Whether the sweep has so many combinations that only some were looked at.
    let isSample: Bool

    /// Combinations that are looked at.
    private static let greatestLook = 100_000

    /// As many as fit into `room` of those that are not `identity`: of each name its first, its last and others between
    /// them at even distances.
    init(of grid: Grid, room: Int) {
        var seeds: [Setting: UInt64] = [:]
        var groups: [(name: String, settings: [Setting])] = []
        let cells = grid.spread(over: Self.greatestLook)
        firstModels = Dictionary(cells.map { ($0.dataset, $0.model) }) { first, _ in first }
        for cell in cells where cell.transform != .identity {
            let decodes = cell.transform.kind.needsLatents
            let setting = Setting(transform: cell.transform, model: decodes ? cell.model : nil)
            guard seeds[setting] == nil else { continue }
            seeds[setting] = cell.seed
            if let known = groups.firstIndex(where: { $0.name == cell.transform.name }) {
                groups[known].settings.append(setting)
            } else {
                groups.append((cell.transform.name, [setting]))
            }
        }
        let shares = Grid.shares(of: groups.map(\.settings.count), room: room, least: 1)
        chosen = zip(groups, shares).flatMap { group, share in
            Self.spread(group.settings, share).map { ($0, seeds[$0] ?? 0) }
        }
        omissions = zip(groups, shares).compactMap { group, share in
            share < group.settings.count ? (group.name, share, group.settings.count) : nil
        }
        isSample = grid.pointCount > Self.greatestLook
    }

    private static func spread(_ settings: [Setting], _ count: Int) -> [Setting] {
        guard count < settings.count, count > 1 else { return Array(settings.prefix(count)) }
        return (0..<count).map { settings[$0 * (settings.count - 1) / (count - 1)] }
    }
}
