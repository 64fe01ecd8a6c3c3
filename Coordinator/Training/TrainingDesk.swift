// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan
import Vocabulary
import WireProtocol

/// What the loop knows of its trainings besides who has them, which the scheduler knows.
struct TrainingDesk {
    /// A training that cells of the run need.
    struct Job {
        let planned: PlannedTraining
        /// The names of the models that it makes, as the sweep file gives them.
        let models: [String]
        /// The state that the next attempt goes on from.
        var state: TrainedModels.File?
        /// Workers that had a part in the state, as far as they were here in this life of the coordinator.
        var contributors: Set<WorkerID> = []
        /// Who offered a file last.
        var uploader: WorkerID?
        /// The trained model.
        var checkpoint: TrainedModels.File?
        /// The latest that its worker said.
        var report: TrainingReport?
        /// Why it was given up.
        var failure: String?

        /// What messages to people call it.
        var name: String { models.joined(separator: ", ") }
    }

    private(set) var jobs: [Digest: Job] = [:]
    /// What is trained, in the order of the models in the grid.
    let order: [Digest]

    /// The trainings of a plan, with what is kept of them in `folder`.
    init(_ plan: PlannedSweep, _ folder: TrainedModels) {
        var names: [Digest: [String]] = [:]
        var order: [Digest] = []
        for name in plan.grid.models {
            let model = plan.model(name)
            guard model.training != nil else { continue }
            if names[model.facts.digest] == nil { order.append(model.facts.digest) }
            names[model.facts.digest, default: []].append(name)
        }
        self.order = order
        for (training, planned) in plan.trainings {
            var job = Job(planned: planned, models: names[training] ?? [])
            job.checkpoint = folder.checkpoint(of: training)
            if job.checkpoint == nil { job.state = folder.state(of: training) }
            jobs[training] = job
        }
    }

    subscript(training: Digest) -> Job? { jobs[training] }

    mutating func change(_ training: Digest, _ body: (inout Job) -> Void) {
        guard var job = jobs[training] else { return }
        body(&job)
        jobs[training] = job
    }
}
