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
    /// Draws of those images.
    private(set) var draws = 0
    /// Cells of each kind, as far as they are cached.
    private var cellsByKind: [Kind: Int] = [:]

    /// Nothing.
    init() {}

    /// Looks up each complete cell of the store in the grid: work that grows with the store, not with the grid.
    init(of plan: PlannedSweep, in store: ResultStore) throws {
        var modelNames: [ModelKey: [String]] = [:]
        for name in plan.grid.models {
            let model = plan.model(name)
            modelNames[ModelKey(model.spec), default: []].append(name)
        }
        let datasetNames = Dictionary(grouping: plan.grid.datasets) { plan.dataset($0).slice.digest }
        try store.forEachCompleteCell(numericsVersion: plan.numericsVersion) { cell in
            let models = modelNames[ModelKey(cell)] ?? []
            for model in models {
                for dataset in datasetNames[cell.data] ?? [] {
                    let spec = CellSpec(model: model, dataset: dataset, transform: cell.transform, seed: cell.seed)
                    guard plan.grid.contains(spec) else { continue }
                    cells += 1
                    images += plan.dataset(dataset).indices.count
                    draws += plan.dataset(dataset).indices.count * cell.estimate.draws
                    cellsByKind[Kind(dataset: dataset, draws: cell.estimate.draws), default: 0] += 1
                }
            }
        }
    }

    private struct ModelKey: Hashable {
        var digest: Digest
        var conditioning: Conditioning
        var estimate: LikelihoodEstimate

        init(_ model: ModelSpec) {
            (digest, conditioning, estimate) = (model.digest, model.conditioning, model.estimate)
        }

        init(_ cell: CellIdentity) {
            (digest, conditioning, estimate) = (cell.model, cell.conditioning, cell.estimate)
        }
    }

    /// What decides how many shards a cell makes.
    private struct Kind: Hashable {
        var dataset: String
        var draws: Int
    }

    /// Shards of `size` images, or draws of images, that the other cells make.
    func shards(_ plan: PlannedSweep, total: Grid.Tally, size: Int) -> Int {
        func shards(_ kind: Kind) -> Int {
            let images = max(1, size / kind.draws)
            return (plan.dataset(kind.dataset).indices.count + images - 1) / images
        }
        let draws = Set(plan.grid.models.map { plan.model($0).spec.estimate.draws })
        let kinds = plan.grid.datasets.flatMap { dataset in draws.map { Kind(dataset: dataset, draws: $0) } }
        if Set(kinds.map(shards)).count <= 1, let kind = kinds.first { return (total.cells - cells) * shards(kind) }
        let all = plan.grid.cells.reduce(0) { sum, cell in
            let draws = plan.model(cell.spec.model).spec.estimate.draws
            return sum + shards(Kind(dataset: cell.spec.dataset, draws: draws))
        }
        return all - cellsByKind.reduce(0) { $0 + $1.value * shards($1.key) }
    }
}
