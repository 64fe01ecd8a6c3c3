// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension SlurmQueue {
    /// A job that was taken.
    package struct Submitted: Hashable, Sendable {
        /// Its number.
        package var id: String
        /// The cluster, where Slurm says which.
        package var cluster: String?
    }

    /// Submits the script at `path`.
    ///
    /// - Throws: `LaunchError` with what `sbatch` said.
    package func submit(_ path: String) async throws -> Submitted {
        let outcome = try await run("sbatch", ["--parsable", path])
        guard outcome.isSuccess else { throw LaunchError("sbatch: \(outcome.reason); the script is \(path)") }
        // A site's sbatch may greet first.
        let answer = outcome.output.split(whereSeparator: \.isNewline).last ?? ""
        let parts = answer.split(separator: ";").map(String.init)
        guard let id = parts.first, !id.isEmpty, id.allSatisfy(\.isNumber) else {
            throw LaunchError("sbatch answered '\(answer)', which is no job's number; see squeue")
        }
        return Submitted(id: id, cluster: parts.count > 1 ? parts[1] : nil)
    }

    /// The cluster's name; nil where it cannot be asked.
    package func clusterName() async throws -> String? {
        let outcome = try await run("scontrol", ["show", "config"])
        let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("ClusterName") }
        return line?.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
