// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// What keeps workers from computing: one problem, and who has it.
struct WorkerTrouble: Encodable {
    var problem: String
    var workers = 0
    /// Their machines, each once.
    var hosts: [String] = []
    /// Failures in a row, of all of them together.
    var failures = 0
    /// Whether they show life and make no progress.
    var isStalled = false

    /// A line such as `2 workers failing: train-images is not in any directory`.
    var text: String { "\(counted(workers, "worker")) \(isStalled ? "stalled" : "failing"): \(problem)" }
}

extension [WorkerStatus] {
    /// The problems that there are, in the order of the workers that have them.
    var troubles: [WorkerTrouble] {
        var troubles: [WorkerTrouble] = []
        for worker in self where worker.state == .failing || worker.state == .stalled {
            let position = troubles.firstIndex { $0.problem == worker.problem } ?? troubles.count
            if position == troubles.count {
                troubles.append(WorkerTrouble(problem: worker.problem, isStalled: worker.state == .stalled))
            }
            troubles[position].workers += 1
            troubles[position].failures += worker.failures
            if !troubles[position].hosts.contains(worker.host) { troubles[position].hosts.append(worker.host) }
        }
        return troubles
    }

    /// What a progress line says of them, and whether the run waits because nobody else is here; empty for nothing.
    var troubleText: String {
        let troubles = troubles
        guard !troubles.isEmpty else { return "" }
        let isWaiting = allSatisfy { $0.state != .idle && $0.state != .computing }
        return (isWaiting ? "waiting: " : "") + troubles.map(\.text).joined(separator: "; ")
    }
}
