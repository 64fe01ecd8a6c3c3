// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import SweepPlan
import Vocabulary

extension RunWork {
    /// What is trained, in the order of the models in the grid, with the names of the models that it makes.
    var trainedModels: [(training: Digest, models: [String])] {
        var found: [(training: Digest, models: [String])] = []
        for name in plan.grid.models where plan.model(name).training != nil {
            let training = training(of: name)
            if let place = found.firstIndex(where: { $0.training == training }) {
                found[place].models.append(name)
            } else {
                found.append((training, [name]))
            }
        }
        return found
    }

    /// What a model's training is called, as long as it is not trained.
    func training(of model: String) -> Digest { plan.model(model).facts.digest }

    /// Those of `trainings` without which cells would stay open: not all of their images are recorded.
    func openTrainings(among trainings: Set<Digest>, in store: ResultStore) throws -> Set<Digest> {
        var unknown = trainings
        var open: Set<Digest> = []
        var cells = cells.makeIterator()
        while !unknown.isEmpty, let spec = cells.next() {
            let training = training(of: spec.model)
            guard unknown.contains(training) else { continue }
            let recorded = try store.recordedRanges(of: identity(of: spec).id).reduce(0) { $0 + $1.count }
            guard recorded < indices(of: spec.dataset).count else { continue }
            unknown.remove(training)
            open.insert(training)
        }
        return open
    }
}
