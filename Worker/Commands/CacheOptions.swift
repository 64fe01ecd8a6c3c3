// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation

/// Where fetched files are kept.
struct CacheOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory for fetched files; shared by all workers of a machine. (default: bitsweep/artifacts in the "
                + "user's cache)",
            valueName: "DIR"
        )
    )
    var cache: String?

    @Option(help: ArgumentHelp("Most space that the fetched files may take, such as 20GB.", valueName: "SIZE"))
    var cacheLimit = ByteSize(bytes: 10_000_000_000)

    /// The folder; nil where neither the option nor the user's folders say one.
    func directory(_ folders: UserFolders) -> String? {
        cache.map { URL(filePath: $0).path } ?? folders.cache.map { "\($0)/artifacts" }
    }
}
