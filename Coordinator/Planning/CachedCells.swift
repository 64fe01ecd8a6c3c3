// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import SweepPlan
import Vocabulary

/// What a store already has of a planned sweep.
struct CachedCells {
    /// Cells of the sweep whose images are all recorded.
    private(set) var cells = 0
    /// Images of those cells.
    private(set) var images = 0
    /// Cells by data set, as far as they are cached.
    private var cellsByDataset: [String: Int] = [:]

    /// Nothing.
    init() {}

    /// Looks up each complete cell of the store in the grid: work that grows with the store, not with the grid.
    init(of plan: PlannedSweep, in store: ResultStore) throws {
        var modelNames: [ModelKey: [String]] = [:]
        for name in plan.grid.models {
            let model = plan.model(name)
            modelNames[ModelKey(digest: model.spec.digest, conditioning: model.spec.conditioning), default: []].append(
                name
            )
        }
        let datasetNames = Dictionary(grouping: plan.grid.datasets) { plan.dataset($0).slice.digest }
        try store.forEachCompleteCell(numericsVersion: plan.numericsVersion) { cell in
            let models = modelNames[ModelKey(digest: cell.model, conditioning: cell.conditioning)] ?? []
            for model in models {
                for dataset in datasetNames[cell.data] ?? [] {
                    let spec = CellSpec(model: model, dataset: dataset, transform: cell.transform, seed: cell.seed)
                    guard plan.grid.contains(spec) else { continue }
                    cells += 1
                    images += plan.dataset(dataset).indices.count
                    cellsByDataset[dataset, default: 0] += 1
                }
            }
        }
    }

    private struct ModelKey: Hashable {
        var digest: Digest
        var conditioning: Conditioning
    }

    /// Shards of `size` images that the other cells make.
    func shards(_ plan: PlannedSweep, total: Grid.Tally, size: Int) -> Int {
        func shards(_ dataset: String) -> Int { (plan.dataset(dataset).indices.count + size - 1) / size }
        if Set(plan.grid.datasets.map(shards)).count <= 1, let dataset = plan.grid.datasets.first {
            return (total.cells - cells) * shards(dataset)
        }
        let all = plan.grid.cells.reduce(0) { $0 + shards($1.spec.dataset) }
        return all - cellsByDataset.reduce(0) { $0 + $1.value * shards($1.key) }
    }
}
