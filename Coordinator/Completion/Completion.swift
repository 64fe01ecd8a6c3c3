// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine
import Foundation
import ResultStore
import SweepPlan
import Vocabulary

/// What a shell is offered while somebody types: runs, cells, filters, paths of a sweep file.
///
/// It is asked on every Tab, in the middle of a line: it waits for nothing, reads what costs little, and is silent about all
/// that goes wrong.
enum Completion {
    /// Runs of the store that the line names.
    @Sendable static func runs(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        guard let runs = try? store(of: words)?.runs() else { return [] }
        let places = prefix.hasPrefix("@") ? runs.indices.prefix(9).map { "@\($0 + 1)" } : []
        return places + unrepeated(runs.map(\.sweep)) + runs.map(\.id)
    }

    /// Filters of recorded cells: keys, and the names and parameters that the run has.
    @Sendable static func storedFilter(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        FilterCompletion(words: prefix, values: storedValues(words)).candidates(hasClasses: true)
    }

    /// One cell of the run: names of transformations, and filters.
    @Sendable static func cells(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        storedFilter(words, index, prefix)
    }

    /// Transformations, with those parameters that the run has.
    @Sendable static func transforms(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        storedFilter(words, index, prefix).filter { !$0.hasPrefix("model=") && !$0.hasPrefix("dataset=") }
    }

    /// Filters of a sweep file's cells.
    @Sendable static func plannedFilter(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        FilterCompletion(words: prefix, values: sweep(of: words)?.filterValues ?? [:]).candidates(hasClasses: false)
    }

    /// Paths of a sweep file.
    @Sendable static func paths(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        guard !prefix.contains("="), let text = sweepText(of: words) else { return [] }
        return SweepSettings.paths(of: text.text).map { "\($0)=" }
    }

    private static func unrepeated(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }

    /// The value of an option in a line that is being typed.
    private static func value(of option: String, in words: [String]) -> String? {
        for (place, word) in words.enumerated() {
            if word == option, words.indices.contains(place + 1) { return words[place + 1] }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }

    private static func store(of words: [String]) -> ResultStore? {
        var option = StoreOption()
        option.given = value(of: "--store", in: words)
        guard FileManager.default.fileExists(atPath: option.store) else { return nil }
        return try? ResultStore.openForReading(option.store)
    }

    private static func storedValues(_ words: [String]) -> [String: [String]] {
        guard let store = store(of: words), let runs = try? store.runs(), let newest = runs.first else { return [:] }
        let wanted = value(of: "--run", in: words).map { RunName($0).meaning(among: runs) }
        let run: RunRecord =
            switch wanted {
            case .run(let run), .newest(let run, _): run
            case .several, .none?, nil: newest
            }
        // Of a grid as large as that nobody completes a cell by Tab.
        guard run.cells <= 20_000, let cells = try? store.cells(of: run.id) else { return [:] }
        return cells.filterValues
    }

    /// The sweep file in the line: its first word that is the name of one.
    private static func sweepText(of words: [String]) -> InputText? {
        words.lazy.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || $0.hasSuffix(".json") }
            .compactMap { try? InputText($0) }.first
    }

    private static func sweep(of words: [String]) -> Sweep? {
        sweepText(of: words).flatMap { try? Sweep(parsing: $0.text, file: $0.file) }
    }
}

extension [RunCell] {
    /// What cells have of each key, as filters write it.
    fileprivate var filterValues: [String: [String]] {
        var values: [String: [String]] = [:]
        func add(_ value: String, to key: String) {
            let known = values[key] ?? []
            if known.count < 64, !known.contains(value) { values[key] = known + [value] }
        }
        for cell in self {
            add(cell.model, to: "model")
            add(cell.dataset, to: "dataset")
            add(cell.transform, to: "transform")
            add(String(cell.seed), to: "seed")
            for pair in cell.parameters.split(separator: " ") {
                let key = pair.prefix { $0 != "=" }
                add(String(pair.dropFirst(key.count + 1)), to: String(key))
            }
        }
        return values
    }
}

extension Sweep {
    /// What the sweep's cells have of each key; of a large grid, its names alone.
    fileprivate var filterValues: [String: [String]] {
        var values = ["model": grid.models, "dataset": grid.datasets]
        var seen: Set<String> = []
        for cell in grid.cells.prefix(2000) {
            let pairs = cell.spec.transform.parameters.split(separator: " ").map(String.init)
            for pair in pairs + ["transform=\(cell.spec.transform.name)", "seed=\(cell.spec.seed)"]
            where seen.insert(pair).inserted {
                let key = String(pair.prefix { $0 != "=" })
                values[key, default: []].append(String(pair.dropFirst(key.count + 1)))
            }
        }
        return values
    }
}
