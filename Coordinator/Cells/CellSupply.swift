// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// A run's cells: those that the scheduler asks for next, and those that it has and may still hand out.
struct CellSupply {
    /// Cells for the scheduler.
    struct Answer {
        var cells: [CellWork] = []
        /// Whether others follow.
        var more = true
        /// Whether all that follow wait for a training.
        var awaitingTraining = false
        /// Why some of the cells have no results and will have none.
        var failures: [FailureRecord] = []
    }

    private let work: RunWork
    private let store: ResultStore
    private var feed: CellFeed
    /// Cells of the feed that were not given, because the store could not be read.
    private var pending: [CellSpec] = []
    /// Whether all that the run has is recorded; nil before that was looked up.
    private var isComplete: Bool?
    /// Cells that were given to the scheduler and may still be dispatched.
    private var given: [CellID: CellSpec] = [:]
    /// Tolerances that are not the standard one, of all cells that ever were given: late tables are compared, too.
    private var tolerances: [CellID: Double] = [:]

    /// The cells of `work`, of which those of `blocked` models wait until these are released.
    init(_ work: RunWork, _ store: ResultStore, blocked: Set<String>) {
        self.work = work
        self.store = store
        feed = CellFeed(work.plan.grid, blocked: blocked)
    }

    /// The next cells of the grid, with what the store already has of them.
    ///
    /// - Parameters:
    ///   - count: The most cells.
    ///   - hopelessness: Why nobody can compute the cells of a model; nil when somebody may.
    /// - Returns: The cells, fewer than `count` only at the end, or where all that follow wait.
    /// - Throws: when the store cannot be read; the cells are given the next time.
    mutating func next(_ count: Int, hopelessness: (String) -> String?) throws -> Answer {
        var answer = Answer()
        feeding: while pending.count < count {
            switch feed.next() {
            case .cell(let spec): pending.append(spec)
            case .waits:
                answer.awaitingTraining = true
                break feeding
            case .end:
                answer.more = false
                break feeding
            }
        }
        let ids = pending.map { work.identity(of: $0).id }
        let recorded = try recordedRanges(of: ids)
        for (place, spec) in pending.enumerated() {
            give(spec, ids[place], recorded[place], because: hopelessness(spec.model), in: &answer)
        }
        pending = []
        return answer
    }

    /// What is recorded of the cells of `pending`, whose ids these are: of a run that is complete it need not be looked up.
    private mutating func recordedRanges(of ids: [CellID]) throws -> [[Range<Int>]] {
        if isComplete == nil {
            let run = try store.run(work.run)
            isComplete = run.cells > 0 && run.done == run.cells
        }
        guard isComplete == true else { return try store.recordedRanges(of: ids) }
        return pending.map { spec in
            let images = work.indices(of: spec.dataset).count
            return images > 0 ? [0..<images] : []
        }
    }

    private mutating func give(
        _ spec: CellSpec,
        _ cell: CellID,
        _ recorded: [Range<Int>],
        because hopelessness: String?,
        in answer: inout Answer
    ) {
        let images = work.indices(of: spec.dataset).count
        given[cell] = spec
        if let tolerance = work.plan.model(spec.model).tolerance, tolerance != ExternalModel.standardTolerance {
            tolerances[cell] = tolerance
        }
        if let hopelessness, images > 0, recorded.reduce(0, { $0 + $1.count }) < images {
            let shard = Shard(cell: cell, lower: 0, upper: images)
            answer.failures.append(
                FailureRecord(hopeless: shard, epoch: work.epoch, host: work.host, because: hopelessness)
            )
        }
        answer.cells.append(
            CellWork(
                id: cell,
                images: images,
                costClass: CostClass(
                    model: spec.model,
                    transform: spec.transform.kind.title,
                    draws: work.plan.model(spec.model).spec.estimate.draws,
                    external: work.plan.model(spec.model).external
                ),
                recorded: recorded,
                isHopeless: hopelessness != nil
            )
        )
    }

    /// Gives the cells of these models, too.
    mutating func release(_ models: [String]) { feed.release(models) }

    /// Forgets a cell that is not dispatched any more.
    mutating func forget(_ cell: CellID) { given[cell] = nil }

    /// How far two scorings of an image of the cell may differ; nil for what is standard of its model.
    func tolerance(of cell: CellID) -> Double? { tolerances[cell] }

    /// The cell, while it may be dispatched.
    func spec(of cell: CellID) -> CellSpec? { given[cell] }

    /// What a worker needs to compute an attempt; `trained` gives the model that takes the place of a planned one.
    func assignment(_ attempt: AttemptIdentity, trained: (ModelSpec) -> ModelSpec) -> Assignment {
        guard let cell = given[attempt.shard.cell] else {
            preconditionFailure("\(attempt) is of a cell that the loop never gave")
        }
        var spec = work.plan.shard(of: cell, at: attempt.shard.positions)
        spec.model = trained(spec.model)
        return Assignment(attempt: attempt, spec: spec)
    }

    /// Why a result cannot be what its attempt asks for; nil when it can, or its cell is complete.
    func problem(with result: ShardResult) -> String? {
        let (shard, table) = (result.attempt.shard, result.table)
        guard table.indices.count == shard.count else {
            return "its table has \(table.indices.count) rows for \(shard.count) images"
        }
        guard let spec = given[shard.cell] else { return nil }
        let indices = work.indices(of: spec.dataset)
        let isInside = shard.lower >= 0 && shard.lower < shard.upper && shard.upper <= indices.count
        guard isInside, table.indices[...] == indices[shard.positions], table["bpd"] != nil else {
            return "its table does not have the rows of \(shard), or no column 'bpd'"
        }
        return nil
    }

    /// The cells under way that are called so: by the beginnings of their ids, or by words.
    func matching(_ name: CellName) -> [(id: CellID, spec: CellSpec)] {
        name.found(among: given.map { PlannedCell(id: $0.key, spec: $0.value, plan: work.plan) })
            .map { ($0.id, $0.spec) }
    }
}
