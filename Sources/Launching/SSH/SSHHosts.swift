// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ResultStore

/// The machines on which workers were started over SSH: each is asked itself.
package struct SSHHosts: Launcher {
    private let program: String

    /// Machines that are asked with `program`.
    package init(program: String = "ssh") {
        self.program = program
    }

    package func workers(of jobs: [LaunchedJob]) async throws -> [LaunchedWorker] {
        let found = await answers(jobs) { RemoteScript.status($0) }
        return jobs.map { job in
            switch found[job.place] {
            case .success(let answer): Self.worker(job, answer.values(of: job.id))
            case .failure(let error): LaunchedWorker(job, name: job.place, state: .unknown("\(error)"))
            case nil: LaunchedWorker(job, name: job.place, state: .unknown("it was not asked"))
            }
        }
    }

    package func cancel(_ jobs: [LaunchedJob]) async throws -> [String?] {
        let found = await answers(jobs) { RemoteScript.cancel($0) }
        return jobs.map { job in
            switch found[job.place] {
            case .success(let answer):
                answer.values(of: job.id).contains("cancelled") ? nil : "\(job.place): the worker cannot be ended"
            case .failure(let error): "\(job.place): \(error)"
            case nil: "\(job.place): it was not asked"
            }
        }
    }

    /// What each machine says to a script for its jobs; machines are asked in parallel, each once.
    private func answers(
        _ jobs: [LaunchedJob],
        _ script: @escaping @Sendable ([String]) -> String
    ) async -> [String: Result<SSHClient.Answer, LaunchError>] {
        let places = Dictionary(grouping: jobs, by: \.place).sorted { $0.key < $1.key }
        let answers = await inParallel(places, atOnce: SSHStart.atOnce) { place, jobs in
            do {
                let host = try SSHHost(place)
                // As it was reached when the newest of them was launched.
                let client = SSHClient(program: program, keptIn: jobs.last?.details ?? [:])
                let answer = try await client.run(script(jobs.map(\.id)), on: host, timeout: .seconds(60))
                return Result<SSHClient.Answer, LaunchError>.success(answer)
            } catch {
                return .failure(error as? LaunchError ?? LaunchError("\(error)"))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(places.map(\.key), answers))
    }

    private static func worker(_ job: LaunchedJob, _ said: [String]) -> LaunchedWorker {
        var worker = LaunchedWorker(job, name: job.place, state: said.contains("running") ? .running : .ended)
        if said.isEmpty || said == ["gone"] {
            worker.state = said.isEmpty ? .unknown("it says nothing of the job") : .ended
        }
        worker.host = (try? SSHHost(job.place))?.host
        if let log = said.first(where: { $0.hasPrefix("log ") }) {
            let lines = said.filter { $0.hasPrefix("line ") }.map { String($0.dropFirst("line ".count)) }
            worker.log = WorkerLog(
                path: "\(job.place):\(log.dropFirst("log ".count))",
                hasJoined: said.contains("joined"),
                lastLines: lines
            )
        }
        return worker
    }
}
