// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
package import Kernels
import ZeroMQ

/// What a command computes with.
package struct ComputeOptions: ParsableArguments {
    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp("Threads that compute; auto is one for each processor that it may use.", valueName: "N|auto")
    )
    package var wanted = ThreadCount.auto

    package init() {}

    package func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads takes 1 to 4096, or auto, not \(threads)")
        }
    }

    /// The number of threads that was asked for; nil where it is left to the machine.
    package var threads: Int? { wanted.number }

    /// The kernels of this machine, or those that `BITSWEEP_ISA` names.
    package func kernels() throws -> KernelSet {
        KernelSet(try InstructionSet.ofProcess())
    }

    /// How many threads compute.
    package var threadCount: Int { threads ?? AvailableProcessors.own.count }

    /// What the number of threads follows from, in brackets after it; empty where the machine or the user decides.
    package var threadReason: String {
        threads == nil ? AvailableProcessors.own.limit.map { " (\($0))" } ?? "" : ""
    }

    /// Threads to compute with.
    ///
    /// - Throws: `CommandFailure` where the system does not let so many start.
    package func pool() throws -> WorkPool {
        try requireThreads()
        return WorkPool(threads: threadCount)
    }

    /// Sees to it that as many threads as were asked for can start.
    ///
    /// - Throws: `CommandFailure` where the system does not let so many.
    package func requireThreads() throws(CommandFailure) {
        do {
            try ThreadSupply.require(threadCount)
        } catch {
            throw .failed("\(error); or give a smaller --threads than \(threadCount)")
        }
    }
}
