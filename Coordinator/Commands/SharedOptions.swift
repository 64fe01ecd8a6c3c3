// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Foundation
import ResultStore
import SweepPlan
import Vocabulary

/// Where results are kept.
struct StoreOption: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: ArgumentHelp(
            "The results file; it holds many runs and is created when needed. (default: BITSWEEP_STORE, else \(standard))",
            valueName: "FILE"
        ),
        completion: .file()
    )
    var given: String?

    /// The file where nothing says another.
    static let standard = "bitsweep.sqlite"

    /// The file.
    var store: String {
        get { given ?? UserFolders().path("BITSWEEP_STORE") ?? Self.standard }
        set { given = newValue }
    }

    func openForReading() throws -> ResultStore {
        IndexFault.awaitSpace(telling: true)
        return try Self.open(store, ResultStore.openForReading)
    }

    /// The store at a path, opened by `opening`.
    ///
    /// - Throws: `CommandFailure.usage` where it is none, or cannot be opened.
    static func open(_ path: String, _ opening: (String) throws -> ResultStore) throws -> ResultStore {
        do {
            return try opening(path)
        } catch let error as ResultStoreError {
            throw CommandFailure.usage(error.description)
        }
    }

    /// The run that is called `name`, or the newest one.
    func run(_ name: String?, in results: ResultStore) throws -> RunRecord {
        let runs = try results.runs()
        guard let newest = runs.first else {
            throw CommandFailure.usage("\(store) holds no run; start one with: coordinator run SWEEP --store \(store)")
        }
        guard let name else { return newest }
        switch RunName(name).meaning(among: runs) {
        case .run(let run): return run
        case .newest(let run, let count):
            Terminal.error.tell("\(Excerpt.short(name)) is \(counted(count, "run")); the newest: \(run.id)\n")
            return run
        case .several(let ids):
            let some = ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? ", …" : "")
            throw CommandFailure.usage("\(store): '\(Excerpt.short(name))' is \(counted(ids.count, "run")): \(some)")
        case .none:
            let known = runs.map(\.id) + runs.map(\.sweep)
            let nearest = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
            let all = "; `coordinator runs` lists \(counted(runs.count, "run"))"
            throw CommandFailure.usage("\(store): no run '\(Excerpt.short(name))'\(nearest ?? all)")
        }
    }

    /// The runs that are called so, each once; the newest where there is no name.
    func runs(_ names: [String], in results: ResultStore) throws -> [RunRecord] {
        if names.isEmpty { return [try run(nil, in: results)] }
        var runs: [RunRecord] = []
        for run in try names.map({ try run($0, in: results) }) where !runs.contains(where: { $0.id == run.id }) {
            runs.append(run)
        }
        return runs
    }
}

extension ArgumentHelp {
    /// How one run is named.
    static let run = ArgumentHelp(
        "The run: its id or the beginning of it, a sweep's name, or @1 for the newest, @2 for the one before. (default: the newest)",
        valueName: "RUN"
    )
}

/// Where data sets are found.
struct DataOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory with data sets (DIR/mnist/t10k-images-idx3-ubyte.gz …), searched before BITSWEEP_DATA and the cache.",
            valueName: "DIR"
        ),
        completion: .directory
    )
    var data: String?

    /// The library this option describes; downloads draw a progress bar on standard error.
    func library(quiet: Bool = false) -> DatasetLibrary {
        let bar = DownloadBar(isSilent: quiet || isatty(STDERR_FILENO) == 0)
        let folders = UserFolders()
        return DatasetLibrary.standard(
            directories: [data, folders.path("BITSWEEP_DATA")],
            cache: folders.cache,
            progress: { bar.show($0) }
        )
    }
}

/// What is to be another way than the sweep file says.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only the first N images of each class, whatever the sweep file says.",
            valueName: "N"
        )
    )
    var perClassLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Put a value, as YAML has it, in the place of the file's, such as 'blocks[0].seeds=[0,1,2]'; may be repeated.",
            valueName: "PATH=VALUE"
        ),
        completion: .custom(Completion.paths)
    )
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only cells that fit, such as 'noise model=glow* scale=1e-3'; of several filters, one must fit.",
            valueName: "FILTER"
        ),
        completion: .custom(Completion.plannedFilter)
    )
    var only: [String] = []

    @Option(
        help: ArgumentHelp("No cells that fit; may be repeated.", valueName: "FILTER"),
        completion: .custom(Completion.plannedFilter)
    )
    var skip: [String] = []

    func validate() throws {
        guard (1...Int(Int32.max)).contains(perClassLimit ?? 1) else {
            throw ValidationError("--per-class-limit is a whole number from 1")
        }
    }

    /// What the options say.
    ///
    /// - Throws: `CommandFailure.usage` for the first that cannot be understood.
    func settings() throws -> SweepSettings {
        do {
            return try SweepSettings(sets: set, only: only, skip: skip, perClassLimit: perClassLimit)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
