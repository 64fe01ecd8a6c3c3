// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
public import Vocabulary

extension ModelLocation {
    /// What planning needs to know of the model; reads no more of a checkpoint than it must.
    ///
    /// - Throws: `CheckpointError` when there is no such model.
    public func facts() throws -> ModelFacts {
        switch try loadable() {
        case .file(let path): try Checkpoint.facts(contentsOf: path)
        case .fresh(let family): try Checkpoint.initialised(family).facts
        case .external(let model): model.facts
        }
    }

    /// The checkpoint.
    func load() throws(CheckpointError) -> Checkpoint {
        switch try loadable() {
        case .file(let path): try Checkpoint(contentsOf: path)
        case .fresh(let family): try Checkpoint.initialised(family)
        case .external(let model):
            throw CheckpointError(file: text, "\(model.caption) is external: it has a scorer and no checkpoint")
        }
    }

    private enum Loadable {
        case file(path: String)
        case fresh(ModelFacts.Family)
        case external(ExternalModel)
    }

    private func loadable() throws(CheckpointError) -> Loadable {
        switch source {
        case .checkpoint(let path): return .file(path: path)
        case .family(let family): return .fresh(family)
        case .external(let model): return .external(model)
        case .recipe:
            throw CheckpointError(file: text, "not trained yet; a run of a sweep that names the recipe trains it")
        case nil:
            let known = ModelFacts.Family.allCases.map(\.rawValue).joined(separator: ", ")
            throw CheckpointError(file: text, "unknown family; known: \(known)")
        }
    }
}
