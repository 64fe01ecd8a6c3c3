// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Kernels
import SweepPlan
import Vocabulary

/// How long the cells of a sweep take on this machine, measured by scoring a few of their images with the very models.
///
/// What is measured are kinds of work: a model, on a data set, with its latents changed or not. Other transformations cost
/// little beside a network. Of models that are trained first, or are not this program's own, nothing is known.
struct MeasuredSpeed {
    /// Seconds that all measurements together are meant to take.
    static let budget = Duration.seconds(1)
    /// Images of the largest measurement.
    private static let mostImages = 512

    /// Seconds that the cells take one worker with all threads of this machine.
    private(set) var seconds = 0.0
    /// Images that were scored for it.
    private(set) var images = 0
    /// Names of models that could not be measured.
    private(set) var unmeasured: [String] = []

    private struct Kind {
        let cell: CellSpec
        let cells: Int
    }

    /// Measures; models that this machine cannot score with are left out and named.
    ///
    /// - Throws: where the processor has not the instruction set that is asked for.
    init(_ plan: PlannedSweep, library: DatasetLibrary) throws {
        let trained = plan.grid.models.filter { plan.model($0).training != nil }
        unmeasured = trained
        let kinds = plan.grid.models.filter { !trained.contains($0) }.flatMap { model in
            plan.grid.datasets.flatMap { dataset in Self.kinds(plan.grid, model: model, dataset: dataset) }
        }
        guard !kinds.isEmpty else { return }
        var engine = ShardEngine(
            library: library,
            kernels: KernelSet(try InstructionSet.ofProcess()),
            pool: WorkPool(threads: AvailableProcessors.own.count)
        )
        let share = Self.budget / kinds.count
        for kind in kinds {
            let count = plan.dataset(kind.cell.dataset).indices.count
            do throws(EngineError) {
                let speed = try Self.secondsPerImage(of: kind.cell, in: plan, count, share, &engine, &images)
                seconds += speed * Double(count) * Double(kind.cells)
            } catch {
                if !unmeasured.contains(kind.cell.model) { unmeasured.append(kind.cell.model) }
            }
        }
    }

    /// The kinds of work that a model has on a data set: of each a cell, and how many there are.
    private static func kinds(_ grid: Grid, model: String, dataset: String) -> [Kind] {
        [false, true].compactMap { hasLatents in
            let part = grid.part(model: model, dataset: dataset) { $0.needsLatents == hasLatents }
            return part.cells.first { _ in true }.map { Kind(cell: $0.spec, cells: part.tally().cells) }
        }
    }

    private static func secondsPerImage(
        of cell: CellSpec,
        in plan: PlannedSweep,
        _ total: Int,
        _ share: Duration,
        _ engine: inout ShardEngine,
        _ images: inout Int
    ) throws(EngineError) -> Double {
        let clock = ContinuousClock()
        // The first loads the model and tells how many images fit into the time.
        _ = try engine.score(plan.shard(of: cell, at: 0..<1))
        var (count, best) = (min(total, 4), Double.infinity)
        let end = clock.now + share
        repeat {
            let start = clock.now
            _ = try engine.score(plan.shard(of: cell, at: 0..<count))
            images += count
            best = min(best, max(start.duration(to: clock.now) / .seconds(1), 1e-9) / Double(count))
            let left = clock.now.duration(to: end) / .seconds(1)
            if left < best * Double(count) { break }
            count = max(count, min(total, mostImages, count * 4, Int(left / best)))
        } while clock.now < end
        return best
    }
}
