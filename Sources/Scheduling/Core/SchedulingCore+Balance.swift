// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Balance: at the end of the queue idle workers get what others keep waiting, and then copies of what takes long.
extension SchedulingCore {
    /// Copies that one look at the load may start.
    private static let mostCopies = 16

    /// An attempt that takes longer than others of its class.
    private struct Straggler {
        var lease: Lease
        var slot: WorkerSlot
        var costClass: Int
        /// Age as a multiple of the age from which it is late.
        var lateness: Double
    }

    /// Looks at the load when workers are idle: nothing that waits is for them.
    ///
    /// - Complexity: O(workers log workers), at most every 10 µs per worker.
    mutating func balance(at now: Instant) {
        guard run.isDispatching, !demand.isComing, backlog.unfinishedCells > 0, fleet.mayHaveIdlers, now >= nextBalance
        else { return }
        nextBalance = now.advanced(by: .microseconds(10 * fleet.count))
        let idlers = fleet.idlers()
        guard !idlers.isEmpty else { return }
        let patience = now.advanced(by: .zero - configuration.heartbeatInterval)
        let wanted = idlers.count - fleet.slots.count { fleet[$0].leases.isAnswerDue(since: patience) }
        if wanted > 0, !retract(for: idlers, wanted, patience: patience, at: now) { speculate(on: idlers, at: now) }
    }

    /// Asks the most loaded workers, one for each of `wanted` idle ones, for half of what they keep waiting; false if none
    /// has any.
    ///
    /// Work that will be done before a shard could travel is left where it is, and so is what no idle worker can compute.
    private mutating func retract(
        for idlers: [WorkerSlot],
        _ wanted: Int,
        patience: Instant,
        at now: Instant
    ) -> Bool {
        var loads: [(seconds: Double, slot: WorkerSlot)] = []
        for slot in fleet.slots where fleet[slot].leases.count > 1 && !fleet[slot].leases.isAnswerDue(since: patience) {
            let waiting = fleet[slot].leases.waiting
            guard waiting.shards > 0, waiting.seconds > 2 * (fleet[slot].speed.roundTrip ?? 0) else { continue }
            guard canTake(fleet[slot].leases, anyOf: idlers) else { continue }
            loads.append((waiting.seconds, slot))
        }
        loads.sort { ($0.seconds, $1.slot) > ($1.seconds, $0.slot) }
        for load in loads.prefix(wanted) {
            let attempts = fleet.change(load.slot) { $0.leases.retractHalf(at: now) }
            counts.retractions += attempts.count
            outbox.append(.retract(attempts, at: fleet[load.slot].id))
        }
        return !loads.isEmpty
    }

    /// Whether any of the idle workers can compute something that may be asked back.
    private func canTake(_ leases: LeaseQueue, anyOf idlers: [WorkerSlot]) -> Bool {
        guard costTable.hasExternals else { return true }
        return leases.contains { lease in
            guard lease.mayBeRetracted, let costClass = lease.costClass else { return false }
            let external = costTable.external(of: costClass)
            return idlers.contains { fleet[$0].facts.canCompute(external) }
        }
    }

    /// Starts copies of the attempts that are latest, each on the fastest idle worker, of another host if there is one.
    private mutating func speculate(on idlers: [WorkerSlot], at now: Instant) {
        var idlers = idlers
        for straggler in stragglers(at: now).prefix(SchedulingCore.mostCopies) {
            let host = fleet[straggler.slot].host
            let external = costTable.external(of: straggler.costClass)
            let ranks = idlers.map { slot in
                let seconds = expectedSeconds(of: 1, costClass: straggler.costClass, at: slot)
                return (fleet[slot].host == host ? 1 : 0, seconds)
            }
            let able = idlers.indices.filter { fleet[idlers[$0]].facts.canCompute(external) }
            guard let best = able.min(by: { ranks[$0] < ranks[$1] }) else { continue }
            race(straggler.lease, of: fleet[straggler.slot].id, on: idlers.remove(at: best), at: now)
        }
    }

    /// Running attempts older than a multiple of what 19 of 20 shards of their class took, latest first.
    private func stragglers(at now: Instant) -> [Straggler] {
        var limits: [Int: Double] = [:]
        var found: [Straggler] = []
        for slot in fleet.slots {
            guard let lease = fleet[slot].leases.running, lease.purpose != .check, let costClass = lease.costClass,
                !races.contains(lease.attempt.shard)
            else { continue }
            let limit = limits[costClass] ?? lateSeconds(of: costClass)
            limits[costClass] = limit
            let age = now.seconds(since: fleet[slot].runningSince(lease))
            let lateness = age / (limit * Double(lease.range.count))
            guard lateness > 1, deservesCopy(lease) else { continue }
            found.append(Straggler(lease: lease, slot: slot, costClass: costClass, lateness: lateness))
        }
        return found.sorted { ($0.lateness, $1.slot) > ($1.lateness, $0.slot) }
    }

    /// Seconds per image from which an attempt of the class is late; infinite while too few are measured.
    private func lateSeconds(of costClass: Int) -> Double {
        costTable.highSecondsPerImage(of: costClass).map { configuration.speculationFactor * $0 } ?? .infinity
    }

    /// Whether the lease covers images, rather than being beaten already, and another engine may succeed at them.
    ///
    /// Where copies have failed so often that another one would, too, what computes the shard still is left alone.
    private func deservesCopy(_ lease: Lease) -> Bool {
        guard let slot = backlog.slot(of: lease.attempt.shard.cell), backlog[slot].isCovered(by: lease) else {
            return false
        }
        let errors = backlog[slot].failures(at: lease.attempt.shard).count(where: \.failure.isEngineError)
        return errors < configuration.engineErrorBudget
    }

    // Races: an attempt and its copy; the first table wins

    /// Runs a copy of `lease`, which another worker computes.
    private mutating func race(_ lease: Lease, of worker: WorkerID, on workerSlot: WorkerSlot, at now: Instant) {
        guard let slot = backlog.slot(of: lease.attempt.shard.cell) else { return }
        let number = backlog[slot].lastAttempt + 1
        backlog.change(slot) { $0.renumber(lease.range, attempt: number, &$1) }
        let attempt = AttemptIdentity(shard: lease.attempt.shard, attempt: number, epoch: epoch)
        let copy = WorkerAttempt(attempt, fleet[workerSlot].id)
        races.begin(WorkerAttempt(lease.attempt, worker), against: copy)
        counts.speculations += 1
        send(attempt, for: .speculation, of: slot, to: workerSlot, at: now)
    }

    /// Ends the race in which the table of `winner` is the first, and cancels the other runner.
    mutating func finishRace(_ winner: WorkerAttempt, at now: Instant) {
        guard let (loser, hasCopyWon) = races.end(with: winner) else { return }
        if hasCopyWon { counts.speculationsWon += 1 }
        guard let slot = fleet.slot(of: loser.worker), fleet.removeLease(of: loser.attempt, from: slot) != nil else {
            return
        }
        fleet.change(slot) { $0.lastEnd = now }
        outbox.append(.cancel(loser.attempt, at: loser.worker))
        noteDrained(slot)
    }

    /// Ends the race that the attempt was part of and returns the lease that goes on.
    mutating func endRace(of runner: WorkerAttempt) -> Lease? {
        races.end(with: runner).flatMap { fleet[$0.rival.worker]?.leases.lease(of: $0.rival.attempt) }
    }
}
