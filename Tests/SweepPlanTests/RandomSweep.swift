// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A small random sweep that can be written as a sweep file and enumerated naively, as lists of combinations.
struct RandomSweep {
    /// A combination as texts: `model`, `dataset`, `transform`, `seed` and the transform's parameters.
    typealias Combination = [String: String]

    struct Entry {
        var name: String
        /// In canonical order, with the defaults of those that are not written.
        var parameters: [(key: String, values: [String], isWritten: Bool)]
        var zips: [[String]] = []
        var whens: [Rule] = []
    }

    struct Rule {
        var premise: [String: [String]] = [:]
        var conclusion: [String: [String]]
    }

    struct Block {
        var models: [String]
        var datasets: [String]
        var seeds: [String]
        var entries: [Entry]
        var zips: [[String]] = []
        var excludes: [[String: [String]]] = []
        var whens: [Rule] = []
    }

    var blocks: [Block]

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        blocks = (0..<Int.random(in: 1...3, using: &random)).map { _ in Block(using: &random) }
    }
}

extension RandomSweep.Block {
    init(using random: inout SplitMix64) {
        let count = Int.random(in: 1...3, using: &random)
        models = Self.draw(count, from: ["a", "b", "c"], using: &random)
        datasets = Self.draw(Int.random(in: 1...2, using: &random), from: ["mnist", "glyphs"], using: &random)
        // Often as many seeds as models, so that zips are frequent.
        seeds = Self.draw(Bool.random(using: &random) ? count : 2, from: ["0", "1", "2"], using: &random)
        entries = (0..<Int.random(in: 1...3, using: &random)).map { _ in RandomSweep.Entry(using: &random) }
        addZips(using: &random)
        excludes = (0..<Int.random(in: 0...2, using: &random)).map { _ in condition(using: &random) }
        if Int.random(in: 0..<3, using: &random) == 0 {
            let premise = Bool.random(using: &random) ? condition(using: &random) : [:]
            whens = [RandomSweep.Rule(premise: premise, conclusion: condition(using: &random))]
        }
    }

    /// Values with repetition, some of them repeated.
    static func draw(_ count: Int, from values: [String], using random: inout SplitMix64) -> [String] {
        (0..<count).map { _ in values.pick(using: &random) }
    }

    /// Zips models or data sets with seeds where they are equally many, or a parameter with seeds.
    private mutating func addZips(using random: inout SplitMix64) {
        guard Bool.random(using: &random) else { return }
        if models.count == seeds.count {
            zips = [["seed", "model"]]
        } else if datasets.count == seeds.count {
            zips = [["dataset", "seed"]]
        } else {
            let seedCount = seeds.count
            for key in ["dx", "scale", "levels"] {
                let owners = entries.flatMap(\.parameters).filter { $0.key == key }
                let isZipped = entries.flatMap(\.zips).contains { $0.contains(key) }
                if !owners.isEmpty, !isZipped, owners.allSatisfy({ $0.values.count == seedCount }) {
                    zips = [[key, "seed"]]
                    return
                }
            }
        }
    }

    /// A condition on values that occur in the block.
    private func condition(using random: inout SplitMix64) -> [String: [String]] {
        var axes = ["model": models, "dataset": datasets, "seed": seeds, "transform": entries.map(\.name)]
        for parameter in entries.flatMap(\.parameters) { axes[parameter.key, default: []] += parameter.values }
        var condition: [String: [String]] = [:]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let axis = axes.keys.sorted().pick(using: &random)
            condition[axis] = Self.draw(Int.random(in: 1...2, using: &random), from: axes[axis] ?? [], using: &random)
        }
        return condition
    }
}

extension RandomSweep.Entry {
    init(using random: inout SplitMix64) {
        func draw(_ values: String...) -> [String] {
            RandomSweep.Block.draw(Int.random(in: 1...3, using: &random), from: values, using: &random)
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            (name, parameters) = ("identity", [])
        case 1:
            name = "translate"
            parameters = [
                ("dx", draw("-1", "0", "2"), true), ("dy", ["0"], false), ("fill", draw("zero", "edge"), true),
                ("stage", ["after-resize"], false),
            ]
        case 2:
            name = "noise"
            parameters = [
                ("kind", ["gaussian"], false), ("scale", draw("0.001", "0.01", "1"), true),
                ("mask", draw("none", "background"), true), ("clamp", draw("false", "true"), true),
                ("requantise", ["false"], false),
            ]
        default:
            name = "zero-latents"
            parameters = [
                (Bool.random(using: &random) ? "levels" : "level", draw("1", "2", "3"), true),
                ("alpha", draw("0", "0.5"), true), ("clamp", ["false"], false), ("requantise", ["false"], false),
            ]
        }
        let written = parameters.filter(\.isWritten)
        if Bool.random(using: &random), written.count > 1, written[0].values.count == written[1].values.count {
            zips = [[written[1].key, written[0].key]]
        }
        if let first = written.first, Int.random(in: 0..<3, using: &random) == 0 {
            whens = [RandomSweep.Rule(conclusion: [first.key: [first.values.pick(using: &random)]])]
        }
    }
}

// MARK: - As a sweep file

extension RandomSweep {
    var yaml: String {
        """
        version: 1
        name: random
        models:
          a: {checkpoint: a.safetensors}
          b: {checkpoint: b.safetensors}
          c: {checkpoint: c.safetensors}
        blocks:
        \(blocks.map(\.yaml).joined(separator: "\n"))
        """
    }

    static func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }

    static func condition(_ condition: [String: [String]]) -> String {
        let clauses = condition.sorted { $0.key < $1.key }.map { axis, values in
            "\(axis): \(values.count == 1 ? values[0] : list(values))"
        }
        return "{\(clauses.joined(separator: ", "))}"
    }
}

extension RandomSweep.Rule {
    var yaml: String {
        let conclusion = RandomSweep.condition(conclusion)
        return premise.isEmpty ? conclusion : "{if: \(RandomSweep.condition(premise)), then: \(conclusion)}"
    }
}

extension RandomSweep.Block {
    var yaml: String {
        var lines = [
            "  - models: \(RandomSweep.list(models))", "    datasets: \(RandomSweep.list(datasets))",
            "    seeds: \(RandomSweep.list(seeds))", "    transforms:",
        ]
        lines += entries.map { "      - \($0.yaml)" }
        if !zips.isEmpty { lines.append("    zip: \(RandomSweep.list(zips.map(RandomSweep.list)))") }
        if !excludes.isEmpty { lines.append("    exclude: \(RandomSweep.list(excludes.map(RandomSweep.condition)))") }
        if !whens.isEmpty { lines.append("    when: \(RandomSweep.list(whens.map(\.yaml)))") }
        return lines.joined(separator: "\n")
    }
}

extension RandomSweep.Entry {
    var yaml: String {
        guard !parameters.isEmpty else { return name }
        var fields = parameters.filter(\.isWritten).map { "\($0.key): \(RandomSweep.list($0.values))" }
        if !zips.isEmpty { fields.append("zip: \(RandomSweep.list(zips.map(RandomSweep.list)))") }
        if !whens.isEmpty { fields.append("when: \(whens[0].yaml)") }
        return "\(name): {\(fields.joined(separator: ", "))}"
    }
}

// MARK: - As a list

extension RandomSweep {
    /// The cells in order, and how many combinations repeat one or are removed, by writing every combination down.
    func enumerated() -> (cells: [Combination], duplicates: Int, excluded: Int) {
        var cells: [Combination] = []
        var seen: Set<Combination> = []
        var (duplicates, excluded) = (0, 0)
        for block in blocks {
            for entry in block.entries {
                for combination in block.combinations(of: entry) {
                    if block.removes(combination, of: entry) {
                        excluded += 1
                    } else if seen.insert(combination).inserted {
                        cells.append(combination)
                    } else {
                        duplicates += 1
                    }
                }
            }
        }
        return (cells, duplicates, excluded)
    }
}

extension RandomSweep.Block {
    /// Every combination of an entry, repetitions included.
    func combinations(of entry: RandomSweep.Entry) -> [RandomSweep.Combination] {
        let axes =
            [("model", models), ("dataset", datasets)] + entry.parameters.map { ($0.key, $0.values) } + [
                ("seed", seeds)
            ]
        let groups = (entry.zips + zips).filter { group in group.allSatisfy { name in axes.contains { $0.0 == name } } }
        var combinations: [RandomSweep.Combination] = [["transform": entry.name]]
        var done: Set<String> = []
        for (name, values) in axes where !done.contains(name) {
            let group = groups.first { $0.contains(name) } ?? [name]
            done.formUnion(group)
            combinations = combinations.flatMap { combination in
                values.indices.map { index in
                    var longer = combination
                    for (axis, values) in axes where group.contains(axis) { longer[axis] = values[index] }
                    return longer
                }
            }
        }
        return combinations
    }

    func removes(_ combination: RandomSweep.Combination, of entry: RandomSweep.Entry) -> Bool {
        func holds(_ condition: [String: [String]]) -> Bool {
            condition.allSatisfy { axis, values in combination[axis].map(values.contains) ?? false }
        }
        return excludes.contains(where: holds)
            || (whens + entry.whens).contains { holds($0.premise) && !holds($0.conclusion) }
    }
}
