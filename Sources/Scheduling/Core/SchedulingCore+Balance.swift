// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Balance: at the end of the queue idle workers get what others keep waiting, and then copies of what takes long.
extension SchedulingCore {
    /// Copies that one look at the load may start.
    private static let mostCopies = 16
    /// Shards of a class that must be measured before one of them can be called late.
    private static let fewestMeasured = 5

    /// A worker's attempts that may be moved.
    private struct Load {
        var slot: WorkerSlot
        var waiting: Int
        var seconds: Double
    }

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
        guard isDispatching, !areCellsComing, unfinishedCells > 0, !idle.isEmpty, now >= nextBalance else {
            return
        }
        nextBalance = now.advanced(by: .microseconds(10 * workers.count))
        let idlers = idleWorkers()
        guard !idlers.isEmpty else { return }
        let wanted = idlers.count - workers.slots.count { isAnswerDue($0, at: now) }
        if wanted > 0, !retract(for: wanted, at: now) { speculate(on: idlers, at: now) }
    }

    /// Active workers that hold nothing, in the order in which they became idle; the list is cleaned on the way.
    private mutating func idleWorkers() -> [WorkerSlot] {
        var slots: [WorkerSlot] = []
        while let slot = idle.popFirst() {
            guard workers.isOccupied(slot), workers[slot].isIdleListed else { continue }
            workers[slot].isIdleListed = false
            if workers[slot].leases.isEmpty, hasCredit(slot) { slots.append(slot) }
        }
        for slot in slots { noteCredit(slot) }
        return slots
    }

    /// Whether the worker was asked for shards a short while ago and still holds them.
    private func isAnswerDue(_ slot: WorkerSlot, at now: Instant) -> Bool {
        guard let asked = workers[slot].retractedAt, asked.advanced(by: configuration.heartbeatInterval) > now else {
            return false
        }
        return workers[slot].leases.offset(where: \.isRetracted) != nil
    }

    /// Asks the most loaded workers, one for each idle one, for half of what they keep waiting; false if none has any.
    ///
    /// Work that will be done before a shard could travel is left where it is.
    private mutating func retract(for idlers: Int, at now: Instant) -> Bool {
        var loads: [Load] = []
        for slot in workers.slots where workers[slot].leases.count > 1 && !isAnswerDue(slot, at: now) {
            let waiting = waitingLeases(slot)
            let seconds = waiting.reduce(0) { $0 + workers[slot].leases[$1].expectedSeconds }
            guard !waiting.isEmpty, seconds > 2 * (workers[slot].roundTrip ?? 0) else { continue }
            loads.append(Load(slot: slot, waiting: waiting.count, seconds: seconds))
        }
        loads.sort { ($0.seconds, $1.slot) > ($1.seconds, $0.slot) }
        for load in loads.prefix(idlers) {
            let taken = waitingLeases(load.slot).suffix((load.waiting + 1) / 2)
            for offset in taken { workers[load.slot].leases[offset].isRetracted = true }
            workers[load.slot].retractedAt = now
            progressBase.counts.retractions += taken.count
            let attempts = taken.map { workers[load.slot].leases[$0].attempt }
            outbox.append(.retract(attempts, at: workers[load.slot].id))
        }
        return !loads.isEmpty
    }

    /// Places of the worker's leases that it has not begun, as far as their order tells.
    private func waitingLeases(_ slot: WorkerSlot) -> [Int] {
        let leases = workers[slot].leases
        guard let running = leases.offset(where: { !$0.isComputed }) else { return [] }
        return (running + 1..<max(running + 1, leases.count)).filter { offset in
            let lease = leases[offset]
            return !lease.isComputed && lease.purpose == .result && lease.costClass != nil
        }
    }

    /// Starts copies of the attempts that are latest, each on the fastest idle worker, of another host if there is one.
    private mutating func speculate(on idlers: [WorkerSlot], at now: Instant) {
        var idlers = idlers
        for straggler in stragglers(at: now).prefix(SchedulingCore.mostCopies) {
            let host = workers[straggler.slot].host
            let best = idlers.indices.min { left, right in
                let (left, right) = (idlers[left], idlers[right])
                let keys = [left, right].map { slot in
                    (workers[slot].host == host ? 1 : 0, expectedSeconds(1, slot, straggler.costClass))
                }
                return keys[0] < keys[1]
            }
            guard let best else { return }
            race(straggler.lease, of: workers[straggler.slot].id, on: idlers.remove(at: best), at: now)
        }
    }

    /// Running attempts older than a multiple of what 19 of 20 shards of their class took, latest first.
    private func stragglers(at now: Instant) -> [Straggler] {
        var limits: [Int: Double] = [:]
        var found: [Straggler] = []
        for slot in workers.slots {
            guard let lease = workers[slot].running, lease.purpose != .check, let costClass = lease.costClass,
                races[lease.attempt.shard] == nil
            else { continue }
            let limit = limits[costClass] ?? lateSeconds(costClass)
            limits[costClass] = limit
            let age = now.seconds(since: workers[slot].runningSince(lease))
            let lateness = age / (limit * Double(lease.range.count))
            guard lateness > 1, holdsImages(lease), !hasSpentErrors(lease) else { continue }
            found.append(Straggler(lease: lease, slot: slot, costClass: costClass, lateness: lateness))
        }
        return found.sorted { ($0.lateness, $1.slot) > ($1.lateness, $0.slot) }
    }

    /// Seconds per image from which an attempt of the class is late; infinite while too few are measured.
    private func lateSeconds(_ costClass: Int) -> Double {
        let measured = classStates[costClass].secondsPerImage
        guard measured.counted >= SchedulingCore.fewestMeasured, let usual = measured.quantile(0.95) else {
            return .infinity
        }
        return configuration.speculationFactor * usual
    }

    /// Whether copies of the attempt have failed so often that another one would, too: what computes it still is left alone.
    private func hasSpentErrors(_ lease: Lease) -> Bool {
        guard let slot = cells.slot(of: lease.attempt.shard.cell) else { return false }
        let errors = cells[slot].history.count {
            $0.failure.isEngineError && $0.attempt.shard.positions.overlaps(lease.attempt.shard.positions)
        }
        return errors >= configuration.engineErrorBudget
    }

    /// Whether the lease covers images, rather than being beaten already.
    private func holdsImages(_ lease: Lease) -> Bool {
        guard let slot = cells.slot(of: lease.attempt.shard.cell) else { return false }
        return cells[slot].segments.contains(in: lease.range) { $0.state == .leased && $0.holder == lease.serial }
    }
}
