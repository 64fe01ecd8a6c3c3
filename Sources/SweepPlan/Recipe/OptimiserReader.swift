// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `optimiser`; what is left out is the family's standard where the method is, too.
struct OptimiserReader {
    private static let scheduleKeys = ["learning-rate", "warm-up", "decay", "clip-norm", "polyak"]
    private static let decayKeys = ["per-step", "linear-to", "after", "factor", "at"]
    private static let methods = ["adam", "adamax", "sgd"]

    /// The keys of a method alone.
    private static func ownKeys(of method: String) -> [String] {
        method == "sgd" ? ["momentum", "weight-decay"] : ["betas"]
    }

    private let document: DocumentReader
    private let standard: RecipeOptimiser

    init(document: DocumentReader, family: ModelFacts.Family) {
        self.document = document
        standard = .standard(for: family)
    }

    func read(_ node: SourceNode) -> RecipeOptimiser {
        guard case .mapping(let entries) = node.content else {
            document.report("optimiser must be a mapping, not \(node.kind)", at: node.position)
            return standard
        }
        var (name, isKnown) = (standard.method.name, true)
        if let entry = entries.first(where: { $0.key == "method" }) {
            // Without a method every key is known, and all values are judged nevertheless.
            isKnown = document.choice(entry.value, of: "method", among: Self.methods).map { name = $0 } != nil
        }
        let own = isKnown ? Self.ownKeys(of: name) : Self.methods.flatMap(Self.ownKeys)
        let known = ["method"] + own + Self.scheduleKeys
        guard let fields = document.fields(node, of: "optimiser '\(name)'", known: known) else { return standard }
        return optimiser(name, fields)
    }

    private func optimiser(_ name: String, _ fields: Fields) -> RecipeOptimiser {
        // Another method's learning rate is no default for this one.
        var optimiser =
            name == standard.method.name
            ? standard : RecipeOptimiser(.sgd(momentum: 0.9, weightDecay: 0), learningRate: name == "sgd" ? 0.1 : 1e-3)
        optimiser.method = method(name, fields)
        optimiser.learningRate = fields.real("learning-rate", in: 1e-12...1e3) ?? optimiser.learningRate
        optimiser.warmUp = fields.integer("warm-up", in: 0...1_000_000_000) ?? optimiser.warmUp
        optimiser.decay = fields["decay"].flatMap(decay) ?? optimiser.decay
        optimiser.clipNorm = fields.real("clip-norm", in: 1e-6...1e9, orOff: optimiser.clipNorm)
        optimiser.polyak = fields.real("polyak", in: 0...0.9999999, orOff: optimiser.polyak)
        return optimiser
    }

    private func method(_ name: String, _ fields: Fields) -> RecipeOptimiser.Method {
        guard name == "sgd" else {
            let betas = fields["betas"].flatMap(betas) ?? (0.9, 0.999)
            return name == "adam"
                ? .adam(beta1: betas.0, beta2: betas.1) : .adamax(beta1: betas.0, beta2: betas.1)
        }
        return .sgd(
            momentum: fields.real("momentum", in: 0...0.9999) ?? 0.9,
            weightDecay: fields.real("weight-decay", in: 0...1) ?? (standard.method.name == "sgd" ? 1e-4 : 0)
        )
    }

    private func betas(_ node: SourceNode) -> (Double, Double)? {
        guard case .sequence(let elements) = node.content, elements.count == 2 else {
            document.report("betas must be two numbers, as in [0.9, 0.999]", at: node.position)
            return nil
        }
        let betas = elements.compactMap { document.real($0, of: "betas", in: 0...0.9999999) }
        return betas.count == 2 ? (betas[0], betas[1]) : nil
    }

    private func decay(_ node: SourceNode) -> RecipeOptimiser.Decay? {
        if case .scalar("none", _) = node.content { return RecipeOptimiser.Decay.none }
        guard let fields = document.fields(node, of: "decay", known: Self.decayKeys) else {
            return nil
        }
        switch fields.keys.sorted() {
        case ["per-step"]: return .perStep(fields.real("per-step", in: 0.5...1) ?? 1)
        case ["linear-to"], ["after", "linear-to"]:
            // At 1 the learning rate would never fall.
            let after = fields.real("after", in: 0...0.999) ?? 0
            return .linear(end: fields.real("linear-to", in: 0...1) ?? 0, after: after)
        case ["at", "factor"]:
            guard let places = fields["at"].flatMap({ document.values($0, of: "at", in: .real(0...1)) }) else {
                return nil
            }
            let factor = fields.real("factor", in: 1e-6...1) ?? 1
            return .milestones(factor: factor, places: places.codes.map { Double(bitPattern: $0) }.sorted())
        default:
            let forms =
                "none, {per-step: 0.99999}, {linear-to: 0}, {linear-to: 0, after: 0.7} or {factor: 0.1, at: [0.5, 0.75]}"
            document.report("decay must be \(forms)", at: node.position)
            return nil
        }
    }
}
