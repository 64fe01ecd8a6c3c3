// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CBuildCommit
import Engine
import Kernels
import WireProtocol

/// `--version` of an executable: which build it is and what it computes with, one `name: value` a line.
///
/// Not ArgumentParser's own `--version`, whose text would be made at every start: the numerics are measured.
package struct VersionOption: ParsableArguments {
    /// The version of both executables; no release has been made yet.
    package static let number = "0.1.0-dev"

    /// The commit that the program was built from; `unknown` where the build was not told.
    package static var commit: String { String(cString: bitsweep_build_commit()) }

    @Flag(help: "Print version, commit, protocol, numerics and instruction set.")
    var version = false

    package init() {}

    /// Prints the version if that was asked for; else the help of `root`, as a root command without options does.
    package func answer(for root: any RootCommand.Type) async throws {
        guard version else { throw CleanExit.helpRequest(root) }
        try await reportingErrors {
            try Terminal.output.write(lines: lines())
        }
    }

    private func lines() throws -> [String] {
        let instructionSet = try InstructionSet.ofProcess()
        let numerics = NumericsIdentity(measuredWith: KernelSet(instructionSet))
        return [
            "version: \(Self.number)",
            "commit: \(Self.commit)",
            "protocol: \(ProtocolVersion.current)",
            "numerics: \(numerics.version) (\(numerics.fingerprint))",
            "instruction set: \(instructionSet)",
        ]
    }
}
