// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    private static let scheduleKeys = ["learning-rate", "warm-up", "decay", "clip-norm", "polyak"]
    private static let methods = ["adam", "adamax", "sgd"]

    /// Reads `optimiser`; what is left out is the family's standard where the method is, too.
    mutating func readOptimiser(_ node: SourceNode, for family: ModelFacts.Family) -> RecipeOptimiser {
        let standard = RecipeOptimiser.standard(for: family)
        guard case .mapping(let entries) = node.content else {
            report("optimiser must be a mapping, not \(node.kind)", at: node.position)
            return standard
        }
        var name = standard.method.name
        if let entry = entries.first(where: { $0.key == "method" }) {
            guard let code = code(entry.value, of: "method", in: .choice(Self.methods)) else { return standard }
            name = Self.methods[Int(code)]
        }
        let own = name == "sgd" ? ["momentum", "weight-decay"] : ["betas"]
        guard let fields = fields(node, of: "optimiser '\(name)'", known: ["method"] + own + Self.scheduleKeys) else {
            return standard
        }
        // Another method's learning rate is no default for this one.
        var optimiser =
            name == standard.method.name
            ? standard : RecipeOptimiser(.sgd(momentum: 0.9, weightDecay: 0), learningRate: name == "sgd" ? 0.1 : 1e-3)
        optimiser.method = readMethod(name, fields, standard.method)
        optimiser.learningRate = real("learning-rate", in: fields, 1e-12...1e3, or: optimiser.learningRate)
        optimiser.warmUp = integer("warm-up", in: fields, 0...1_000_000_000, or: optimiser.warmUp)
        if let field = fields["decay"] { optimiser.decay = readDecay(field.value) ?? optimiser.decay }
        optimiser.clipNorm = switchable("clip-norm", in: fields, 1e-6...1e9, or: optimiser.clipNorm)
        optimiser.polyak = switchable("polyak", in: fields, 0...0.9999999, or: optimiser.polyak)
        return optimiser
    }

    private mutating func readMethod(
        _ name: String,
        _ fields: Fields,
        _ standard: RecipeOptimiser.Method
    ) -> RecipeOptimiser.Method {
        guard name == "sgd" else {
            let betas = fields["betas"].flatMap { readBetas($0.value) } ?? (0.9, 0.999)
            return name == "adam"
                ? .adam(beta1: betas.0, beta2: betas.1) : .adamax(beta1: betas.0, beta2: betas.1)
        }
        return .sgd(
            momentum: real("momentum", in: fields, 0...0.9999, or: 0.9),
            weightDecay: real("weight-decay", in: fields, 0...1, or: standard.name == "sgd" ? 1e-4 : 0)
        )
    }

    private mutating func readBetas(_ node: SourceNode) -> (Double, Double)? {
        guard case .sequence(let elements) = node.content, elements.count == 2 else {
            report("betas must be two numbers, as in [0.9, 0.999]", at: node.position)
            return nil
        }
        let codes = elements.compactMap { code($0, of: "betas", in: .real(0...0.9999999)) }
        return codes.count == 2 ? (Double(bitPattern: codes[0]), Double(bitPattern: codes[1])) : nil
    }

    private mutating func readDecay(_ node: SourceNode) -> RecipeOptimiser.Decay? {
        if case .scalar("none", _) = node.content { return RecipeOptimiser.Decay.none }
        guard let fields = fields(node, of: "decay", known: ["per-step", "linear-to", "factor", "at"]) else {
            return nil
        }
        switch fields.keys.sorted() {
        case ["per-step"]: return .perStep(real("per-step", in: fields, 0.5...1, or: 1))
        case ["linear-to"]: return .linear(end: real("linear-to", in: fields, 0...1, or: 0))
        case ["at", "factor"]:
            guard let places = fields["at"].flatMap({ values($0.value, of: "at", in: .real(0...1)) }) else {
                return nil
            }
            let factor = real("factor", in: fields, 1e-6...1, or: 1)
            return .milestones(factor: factor, places: places.codes.map { Double(bitPattern: $0) }.sorted())
        default:
            let forms = "none, {per-step: 0.99999}, {linear-to: 0} or {factor: 0.1, at: [0.5, 0.75]}"
            report("decay must be \(forms)", at: node.position)
            return nil
        }
    }
}
