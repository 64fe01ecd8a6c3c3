// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Foundation
import Kernels
import ZeroMQ

/// What a command computes with.
struct ComputeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Threads that compute. (default: one for each processor that it may use)", valueName: "N")
    )
    var threads: Int?

    func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads takes 1 to 4096, not \(threads)")
        }
    }

    /// The kernels of this machine, or those that `BITSWEEP_ISA` names.
    func kernels() throws -> KernelSet {
        KernelSet(try InstructionSet.ofProcess())
    }

    var threadCount: Int { threads ?? AvailableProcessors.own.count }

    /// What the number of threads follows from, in brackets after it; empty where the machine or the user decides.
    var threadReason: String {
        threads == nil ? AvailableProcessors.own.limit.map { " (\($0))" } ?? "" : ""
    }

    /// Threads to compute with.
    ///
    /// - Throws: `CommandFailure` where the system does not let so many start.
    func pool() throws -> WorkPool {
        try requireThreads()
        return WorkPool(threads: threadCount)
    }

    /// Sees to it that as many threads as were asked for can start.
    ///
    /// - Throws: `CommandFailure` where the system does not let so many.
    func requireThreads() throws(CommandFailure) {
        do {
            try ThreadSupply.require(threadCount)
        } catch {
            throw .failed("\(error); or give a smaller --threads than \(threadCount)")
        }
    }
}

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
