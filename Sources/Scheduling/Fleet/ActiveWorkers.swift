// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many workers may receive shards, with how many threads and on how many hosts.
struct ActiveWorkers: Sendable {
    private(set) var workers = 0
    private(set) var threads = 0
    private(set) var hosts = 0
    /// Grows whenever a worker becomes active or ceases to be.
    private(set) var version = 0
    private var byHost: [Int] = []

    /// Counts a worker that became active, or ceased to be.
    mutating func count(_ worker: WorkerState) {
        let change = worker.isActive ? 1 : -1
        let host = Int(worker.host)
        while byHost.count <= host { byHost.append(0) }
        byHost[host] += change
        if byHost[host] == max(change, 0) { hosts += change }
        workers += change
        threads += change * worker.facts.threads
        version += 1
    }

    func hasCounts(of other: ActiveWorkers) -> Bool {
        (workers, threads, hosts) == (other.workers, other.threads, other.hosts)
    }
}
