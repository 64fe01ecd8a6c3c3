// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import ResultStore

/// `coordinator merge`: the results of several coordinators in one store.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Bring the results of several stores together in one.",
        discussion: """
            Takes runs, cells, results with who computed them, failures and trained models.
            Everything keeps its name. What several stores hold is compared bit for bit: of
            a store that contradicts what is there nothing is taken, and every conflict is
            named. Merging again changes nothing, and completes a merge that was cut short.

            Where each of several coordinators ran some blocks of a sweep, the whole sweep
            is a run of which everything is cached: 'coordinator run SWEEP --store STORE'
            completes it at once, and its export has the bytes of a single run's.

            Exit code: 0 when everything was taken, 1 when a store was refused.

            Examples:
              coordinator merge north.sqlite south.sqlite --into all.sqlite
              coordinator run Sweeps/mnist-glow.yaml --store all.sqlite
              coordinator merge copies/*.sqlite --into all.sqlite --json
            """
    )

    @Argument(help: ArgumentHelp("The stores whose results are taken; they stay as they are.", valueName: "store"))
    var stores: [String]

    @Option(help: ArgumentHelp("The store that takes them; it is created when needed.", valueName: "STORE"))
    var into: String

    @Flag(help: "Print a JSON array with an object for each store: what was new, and all conflicts.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            try requireDistinctFiles()
            // Before anything is written.
            let sources = try stores.map { path in
                var option = StoreOption()
                option.store = path
                return try option.openForReading()
            }
            let target = try open()
            let models = TrainedModels(store: into)
            var rows: [MergeRow] = []
            for source in sources {
                let row = try Self.merge(source, into: target, models)
                rows.append(row)
                if !json { try Terminal.output.write(lines: row.lines(into: into)) }
            }
            while try target.settleSummaries(includingUnfinished: true) {}
            try? target.close()
            if json { try Terminal.output.write(MergeRow.json(rows) + "\n") }
            if rows.contains(where: \.isRefused) { throw ExitCode(1) }
        }
    }

    private static func merge(
        _ source: ResultStore,
        into target: ResultStore,
        _ models: TrainedModels
    ) throws -> MergeRow {
        let foreign = TrainedModels(store: source.path)
        let contradictions = models.contradictions(with: foreign)
        guard contradictions.isEmpty else {
            let conflicts = contradictions.map { MergeRow.Conflict($0) }
            return MergeRow(store: source.path, conflicts: conflicts, count: conflicts.count)
        }
        let outcome = try target.merge(source)
        switch outcome {
        case .refused(let count, let first):
            return MergeRow(store: source.path, conflicts: first.map { .init($0) }, count: count)
        case .merged(let tally):
            return MergeRow(store: source.path, tally, models: try models.merge(foreign))
        }
    }

    private func open() throws -> ResultStore {
        IndexFault.awaitSpace(telling: true)
        do {
            return try ResultStore.open(into)
        } catch let error as ResultStoreError {
            throw error.trouble == nil ? CommandFailure.usage(error.description) : .failed(error.description)
        }
    }

    private func requireDistinctFiles() throws {
        var known: [String: String] = [:]
        for path in [into] + stores {
            let file = URL(filePath: path).resolvingSymlinksInPath().path
            if let other = known.updateValue(path, forKey: file) {
                throw CommandFailure.usage("\(path): is the same store as \(other); name each store once")
            }
        }
    }
}
