// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Checks: recorded shards that a second worker computes again, and differing ones that a third one does.
extension SchedulingCore {
    /// Checks looked at for one that suits a worker.
    private static let checksInView = 16

    /// Audits and arbitrations that wait for a worker.
    var waitingChecks: Int { arbitrations.count + audits.count }

    /// Puts a recorded shard in line for an audit when it is one of those chosen.
    ///
    /// Audits go before other shards, so that a machine that computes wrongly is found early. Those that were waiting
    /// when the coordinator ended are not made up for by its next life.
    mutating func considerAudit(_ range: Range<UInt32>, of slot: CellSlot, by worker: WorkerID) {
        guard configuration.auditFraction > 0, phase == .running else { return }
        let shard = Shard(cell: cells[slot].id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
        guard shard.isChosen(fraction: configuration.auditFraction) else { return }
        guard audits.count < configuration.auditBacklog else {
            progressBase.counts.auditsSkipped += 1
            return
        }
        let host = workers.slot(of: worker).map { workers[$0].host }
        enqueue(Check(cell: slot, range: range, recorder: worker, recorderHost: host))
        cells[slot].checks += 1
    }

    /// Has the shard computed by a third worker; false when there is none, or its cell is not held any more.
    mutating func arbitrate(_ shard: Shard, recorder: WorkerID?, accused: WorkerID) -> Bool {
        guard let slot = cells.slot(of: shard.cell), isInside(shard, slot) else { return false }
        let host = recorder.flatMap { workers.slot(of: $0) }.map { workers[$0].host }
        let range = UInt32(shard.lower)..<UInt32(shard.upper)
        let check = Check(cell: slot, range: range, recorder: recorder, recorderHost: host, accused: accused)
        guard phase == .running, hasCandidates(check) else { return false }
        progressBase.counts.arbitrations += 1
        enqueue(check)
        cells[slot].checks += 1
        return true
    }

    private mutating func enqueue(_ check: Check) {
        if check.isArbitration { arbitrations.append(check) } else { audits.append(check) }
        areCandidatesKnown = false
    }

    /// Gives the worker the first check that suits it.
    mutating func dispatchCheck(to workerSlot: WorkerSlot, at now: Instant) -> Bool {
        guard let check = takeCheck(for: workerSlot) else { return false }
        let id = cells[check.cell].id
        let shard = Shard(cell: id, lower: Int(check.range.lowerBound), upper: Int(check.range.upperBound))
        let attempt = AttemptIdentity(shard: shard, attempt: cells[check.cell].lastAttempt + 1, epoch: epoch)
        checks[Delivery(attempt: attempt, worker: workers[workerSlot].id)] = check
        send(attempt, .check, to: workerSlot, check.cell, at: now)
        return true
    }

    private mutating func takeCheck(for workerSlot: WorkerSlot) -> Check? {
        for offset in 0..<min(arbitrations.count, SchedulingCore.checksInView)
        where suits(arbitrations[offset], workerSlot) {
            defer { arbitrations.remove(at: offset) }
            return arbitrations[offset]
        }
        for offset in 0..<min(audits.count, SchedulingCore.checksInView) where suits(audits[offset], workerSlot) {
            defer { audits.remove(at: offset) }
            return audits[offset]
        }
        return nil
    }

    /// A worker does not check itself, and an audit waits for another host while there is one.
    func suits(_ check: Check, _ workerSlot: WorkerSlot) -> Bool {
        let worker = workers[workerSlot].id
        if worker == check.recorder || worker == check.accused { return false }
        let isSameHost = check.recorderHost == workers[workerSlot].host
        // Of the hosts of an arbitration the other one may have the accused alone.
        return !isSameHost || activeHosts <= 1 || check.isArbitration
    }

    /// Whether any active worker could do the check.
    func hasCandidates(_ check: Check) -> Bool {
        var candidates = activeWorkers
        for party in Set([check.recorder, check.accused].compactMap(\.self)) {
            if let slot = workers.slot(of: party), workers[slot].isActive { candidates -= 1 }
        }
        return candidates > 0
    }

    /// Puts a check back whose worker did not do it, or gives it up when engines fail at it.
    mutating func giveBack(_ check: Check, _ failure: AttemptFailure, at now: Instant) {
        var check = check
        if failure.isEngineError { check.errors += 1 }
        if check.errors >= configuration.engineErrorBudget {
            giveUp(check, at: now)
        } else {
            enqueue(check)
        }
    }

    /// Ends a check that was done.
    mutating func finish(_ check: Check) {
        if !check.isArbitration { progressBase.counts.audits += 1 }
        settle(check)
    }

    /// Ends a check that will not be done.
    private mutating func giveUp(_ check: Check, at now: Instant) {
        if let accused = check.accused {
            let shard = Shard(
                cell: cells[check.cell].id,
                lower: Int(check.range.lowerBound),
                upper: Int(check.range.upperBound)
            )
            quarantine(accused, .differs(shard, from: [check.recorder].compactMap(\.self)), at: now)
        } else {
            progressBase.counts.auditsSkipped += 1
        }
        settle(check)
    }

    private mutating func settle(_ check: Check) {
        cells[check.cell].checks -= 1
        releaseIfChecked(check.cell)
    }

    /// Gives up the checks that no active worker could do; due when the run has nothing else to do.
    mutating func giveUpChecksOfNobody(at now: Instant) {
        guard !areCandidatesKnown else { return }
        areCandidatesKnown = true
        let waiting = Array(arbitrations) + Array(audits)
        arbitrations = Queue()
        audits = Queue()
        for check in waiting {
            if !hasCandidates(check) {
                giveUp(check, at: now)
            } else if check.isArbitration {
                arbitrations.append(check)
            } else {
                audits.append(check)
            }
        }
    }
}

extension Shard {
    /// Whether the shard is one of a share `fraction` of all shards, by a hash that is the same everywhere.
    fileprivate func isChosen(fraction: Double) -> Bool {
        if fraction >= 1 { return true }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in cell.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for bound in [lower, upper] { hash = (hash ^ UInt64(bound)) &* 0x9e37_79b9_7f4a_7c15 }
        hash ^= hash >> 32
        hash &*= 0xd6e8_feb8_6659_fd93
        hash ^= hash >> 32
        return Double(hash >> 11) < fraction * 0x1p53
    }
}
