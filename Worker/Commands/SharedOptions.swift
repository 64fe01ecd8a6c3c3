// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Foundation

/// Where data sets are found.
struct DataFolderOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Directory with data sets, searched before BITSWEEP_DATA and the cache.", valueName: "DIR")
    )
    var data: String?

    /// The library that this option and the user's folders describe; nothing is told of downloads.
    func library(_ folders: UserFolders) -> DatasetLibrary {
        DatasetLibrary.standard(directories: [data, folders.path("BITSWEEP_DATA")], cache: folders.cache)
    }
}
