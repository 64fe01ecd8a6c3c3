// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many workers of some kind there are, with how many threads and on how many hosts.
struct WorkerCount: Sendable {
    private(set) var workers = 0
    private(set) var threads = 0
    private(set) var hosts = 0
    /// Grows whenever a worker comes to be of the kind or ceases to be.
    private(set) var version = 0
    private var byHost: [Int] = []
    private var byVoice: [Voice: Int] = [:]

    /// On whose behalf they speak, in no order.
    var voices: some Sequence<Voice> { byVoice.keys }

    /// Counts a worker that came to be of the kind, or ceased to be.
    mutating func count(_ worker: WorkerState, isOne: Bool) {
        let change = isOne ? 1 : -1
        let host = Int(worker.host)
        while byHost.count <= host { byHost.append(0) }
        byHost[host] += change
        if byHost[host] == max(change, 0) { hosts += change }
        let sameVoice = byVoice[worker.facts.voice, default: 0] + change
        byVoice[worker.facts.voice] = sameVoice > 0 ? sameVoice : nil
        workers += change
        threads += change * worker.facts.threads
        version += 1
    }

    /// Whether any of them is on none of these hosts.
    func isAny(besides others: Set<String>, of fleet: Fleet) -> Bool {
        hosts > others.count { fleet.hostIndex(of: $0).map { $0 < byHost.count && byHost[$0] > 0 } ?? false }
    }

    func hasCounts(of other: WorkerCount) -> Bool {
        (workers, threads, hosts) == (other.workers, other.threads, other.hosts) && byVoice == other.byVoice
    }
}
