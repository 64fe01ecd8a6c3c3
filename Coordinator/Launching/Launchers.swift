// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Launching
import ResultStore

/// Everybody who may have been asked to start workers.
struct Launchers {
    private let environment: [String: String]

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// Who is asked after jobs of that kind.
    func launcher(_ kind: LaunchedJob.Launcher) -> any Launcher {
        switch kind {
        case .slurm: SlurmQueue(environment: environment)
        case .ssh: SSHHosts()
        }
    }

    /// The workers of `jobs`, oldest job first; where a launcher cannot be asked, as it says.
    func workers(of jobs: [LaunchedJob]) async throws -> [LaunchedWorker] {
        var workers: [LaunchedWorker] = []
        for (kind, jobs) in byLauncher(jobs) {
            do {
                workers += try await launcher(kind).workers(of: jobs)
            } catch let error as LaunchError {
                workers += jobs.map { LaunchedWorker($0, name: $0.id, state: .unknown("\(error)")) }
            }
        }
        return workers.sorted { $0.job.launched < $1.job.launched }
    }

    /// Cancels `jobs`; each comes back with why it could not be cancelled, or nil.
    func cancel(_ jobs: [LaunchedJob]) async throws -> [(job: LaunchedJob, problem: String?)] {
        var cancelled: [(job: LaunchedJob, problem: String?)] = []
        for (kind, jobs) in byLauncher(jobs) {
            do {
                cancelled += zip(jobs, try await launcher(kind).cancel(jobs)).map { ($0, $1) }
            } catch let error as LaunchError {
                cancelled += jobs.map { ($0, "\(error)") }
            }
        }
        return cancelled
    }

    private func byLauncher(_ jobs: [LaunchedJob]) -> [(kind: LaunchedJob.Launcher, jobs: [LaunchedJob])] {
        LaunchedJob.Launcher.allCases.compactMap { kind in
            let those = jobs.filter { $0.launcher == kind }
            return those.isEmpty ? nil : (kind, those)
        }
    }
}
