// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The tensors of another project's file under the names that the project's own code gives them.
///
/// What saving puts before and into names is taken away: wrappers (`module.`, `_orig_mod.`), the containers that a state
/// dict was kept in (`state_dict.model.`), and PyTorch's newer names of weight-normed parameters.
struct ForeignNames {
    /// The file's own name of each tensor, by the project's.
    let fileNames: [String: String]
    /// What stands before every name of the model, without wrappers; empty where nothing does.
    let prefix: String
    /// The file's names of what is beside the model (optimiser state, counters, other models), sorted.
    let beside: [String]

    /// Words that wrappers put anywhere into a name.
    private static let wrappers: Set = [
        "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module",
    ]
    /// Words that name the state of training beside a model, not a model.
    private static let bookkeeping: Set = [
        "optimizer", "optimizers", "optimiser", "optim", "opt", "optimizer_state", "optimizer_states",
        "optimizer_state_dict", "optimizer_states_dict", "opt_state", "optim_state", "optim_state_dict", "exp_avg",
        "exp_avg_sq", "momentum_buffer", "scheduler", "schedulers", "lr_scheduler", "lr_schedulers",
        "scheduler_state_dict", "scaler", "grad_scaler", "amp", "step", "steps", "global_step", "num_updates", "epoch",
        "epochs", "iter", "iteration", "iterations", "best_loss", "loss", "lr", "rng_state", "seed",
    ]

    /// Why names are not those of a layout.
    enum Failure: Error {
        /// No tensor looks like one of the layout's.
        case strange
        /// Several models of the layout stand beside one another.
        case several([String])
        /// No model stands under the prefix that was asked for.
        case absent(String, there: [String])
        /// Two tensors have the same name once wrappers are gone.
        case doubled(String, String)
    }

    /// The names of a file as those of a layout.
    ///
    /// - Parameters:
    ///   - names: The file's own.
    ///   - marks: Words that follow one another in names of the layout and of no other; a file has some of them.
    ///   - wanted: The prefix of the model that is meant, as the file has it; nil for the only one.
    /// - Throws: ``Failure`` when there is no model, or more than one.
    init(_ names: some Collection<String>, marks: [[String]], under wanted: String?) throws(Failure) {
        let words = names.sorted().map { (name: $0, words: Self.plain($0)) }
        let found = Set(words.compactMap { Self.prefix(of: $0.words, marks) })
        let chosen = try Self.choice(among: found, wanted)
        let inner = found.filter { $0.count > chosen.count }
        var (fileNames, beside): ([String: String], [String]) = ([:], [])
        for (name, words) in words {
            let rest = words.dropFirst(chosen.count)
            let isOfModel = words.starts(with: chosen) && !inner.contains { words.starts(with: $0) }
            guard isOfModel, let first = rest.first, !Self.bookkeeping.contains(first) else {
                beside.append(name)
                continue
            }
            let target = rest.joined(separator: ".")
            if let other = fileNames.updateValue(name, forKey: target) { throw .doubled(other, name) }
        }
        self.fileNames = fileNames
        self.beside = beside
        prefix = chosen.map { $0 + "." }.joined()
    }

    private static func choice(among found: Set<[String]>, _ wanted: String?) throws(Failure) -> [String] {
        guard !found.isEmpty else { throw .strange }
        let texts = found.map { $0.joined(separator: ".") }.sorted()
        if let wanted {
            let words = plain(wanted)
            guard found.contains(words) else { throw .absent(wanted, there: texts) }
            return words
        }
        let models = found.filter { Self.bookkeeping.isDisjoint(with: $0) }
        guard let first = models.first else { throw .strange }
        guard models.count == 1 else { throw .several(texts) }
        return first
    }

    /// The words of a name, without wrappers, weight-normed parameters under their older names.
    private static func plain(_ name: String) -> [String] {
        var words = name.split { $0 == "." || $0 == "/" }.map(String.init).filter { !wrappers.contains($0) }
        if words.count > 3, words[words.count - 3] == "parametrizations", words[words.count - 2] == "weight" {
            let renamed = ["original0": "weight_g", "original1": "weight_v"][words[words.count - 1]]
            if let renamed { words.replaceSubrange(words.count - 3..<words.count, with: [renamed]) }
        }
        return words
    }

    /// The words before the first mark in a name; nil where there is none.
    private static func prefix(of words: [String], _ marks: [[String]]) -> [String]? {
        let starts = words.indices.first { start in marks.contains { words[start...].starts(with: $0) } }
        return starts.map { Array(words[..<$0]) }
    }
}

extension ForeignNames.Failure {
    /// Why the names are not, or not only, those of `layout`.
    func reason(_ layout: Importer.Layout) -> String {
        func list(_ prefixes: [String]) -> String {
            prefixes.map { $0.isEmpty ? "no prefix" : "'\($0)'" }.joined(separator: ", ")
        }
        switch self {
        case .strange:
            let mark = layout.marks.first?.joined(separator: ".") ?? ""
            return "no tensor of the \(layout.rawValue) layout, such as '\(mark).…', whatever may stand before it"
        case .several(let prefixes):
            return "several models of the \(layout.rawValue) layout, under \(list(prefixes)); --prefix says which"
        case .absent(let wanted, let there):
            return "no tensor of the \(layout.rawValue) layout under '\(wanted)'; there are some under \(list(there))"
        case .doubled(let first, let second):
            return "tensors '\(first)' and '\(second)' have one name in the \(layout.rawValue) layout"
        }
    }
}
