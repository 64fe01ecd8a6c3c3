// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import ResultStore

/// Where it is written down what was launched.
///
/// That is the store, as long as its coordinator runs on this machine. SQLite lets no two machines use one file, so a store
/// whose coordinator is a job on some node is left to it: from its first such job on, a small store in the folder with the
/// scripts and logs has the list.
struct LaunchRecords: ParsableArguments {
    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp(
            "Folder for scripts and logs, which the nodes see, too. (default: STORE.launch beside the store)",
            valueName: "DIR"
        )
    )
    var folder: String?

    /// The folder with scripts and logs.
    var place: LaunchFolder { get throws { try LaunchFolder(folder, ofStore: store.store) } }

    /// Whether the store is left to a coordinator on another machine.
    var areApart: Bool { get throws { FileManager.default.fileExists(atPath: try place.records) } }

    /// The list, to be read; nil where nothing was written down yet.
    func openForReading() throws -> ResultStore? {
        if try areApart { return try StoreOption.open(place.records, ResultStore.openForReading) }
        return FileManager.default.fileExists(atPath: store.store) ? try store.openForReading() : nil
    }

    /// The list, to be added to.
    ///
    /// - Parameter isApart: Whether the store is left to a coordinator on another machine from now on.
    /// - Returns: A store that has the list.
    /// - Throws: `CommandFailure.usage` where it cannot be opened.
    func openForWriting(isApart: Bool) throws -> ResultStore {
        let isApart = try isApart || areApart
        if isApart { try place.make() }
        return try StoreOption.open(isApart ? place.records : store.store, ResultStore.open)
    }
}
