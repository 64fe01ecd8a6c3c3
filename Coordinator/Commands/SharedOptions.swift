// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Foundation
import ResultStore

/// Where results are kept.
struct StoreOption: ParsableArguments {
    @Option(help: ArgumentHelp("The results file; it holds many runs and is created when needed.", valueName: "FILE"))
    var store = "bitsweep.sqlite"

    func openForReading() throws -> ResultStore {
        IndexFault.awaitSpace(telling: true)
        do {
            return try ResultStore.openForReading(store)
        } catch let error as ResultStoreError {
            throw CommandFailure.usage(error.description)
        }
    }

    /// The run called `id`, or the newest one.
    func run(_ id: String?, in results: ResultStore) throws -> RunRecord {
        if let id { return try results.run(id) }
        guard let newest = try results.runs().first else {
            throw CommandFailure.usage("\(store) holds no run; start one with: coordinator run SWEEP --store \(store)")
        }
        return newest
    }
}

/// Where data sets are found.
struct DataOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory with data sets (DIR/mnist/t10k-images-idx3-ubyte.gz …), searched before BITSWEEP_DATA and the cache.",
            valueName: "DIR"
        )
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

/// Which images are scored, where the sweep file is not to decide.
struct ImagesOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only the first N images of each class, whatever the sweep file says; the run records the file so changed.",
            valueName: "N"
        )
    )
    var perClassLimit: Int?

    func validate() throws {
        guard (1...Int(Int32.max)).contains(perClassLimit ?? 1) else {
            throw ValidationError("--per-class-limit is a whole number from 1")
        }
    }
}
