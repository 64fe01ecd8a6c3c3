// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Credit: how much work a worker holds, so that it never waits and never hoards.
extension SchedulingCore {
    /// Remembers that the worker at `slot` may receive another shard.
    mutating func noteCredit(_ slot: WorkerSlot) {
        guard hasCredit(slot) else { return }
        if !workers[slot].isHungry {
            workers[slot].isHungry = true
            hungry.append(slot)
        }
        noteIdle(slot)
    }

    /// Remembers that the worker at `slot` holds nothing: it is fed before those that hold something.
    private mutating func noteIdle(_ slot: WorkerSlot) {
        guard workers[slot].leases.isEmpty, !workers[slot].isIdleListed else { return }
        workers[slot].isIdleListed = true
        idle.append(slot)
    }

    /// Whether the worker at `slot` may receive another shard: it holds the least number, or less than two round trips
    /// of work.
    ///
    /// Counted in seconds of work, because a number of shards that is right for one class is hours of another. Two round
    /// trips, because within one the worker computes what it holds, and within the next what is sent meanwhile.
    func hasCredit(_ slot: WorkerSlot) -> Bool {
        guard workers[slot].isActive else { return false }
        let held = workers[slot].leases.count
        if held < configuration.minimumCredit { return true }
        guard let roundTrip = workers[slot].roundTrip, workers[slot].heldSeconds < 2 * roundTrip else { return false }
        return held < mostCredit
    }

    /// The most shards of one worker: no more than its part of what all may hold together.
    var mostCredit: Int {
        let share = configuration.totalCredit / max(activeWorkers, 1)
        return max(configuration.minimumCredit, min(configuration.maximumCredit, share))
    }

    /// How long images of the class will keep the worker busy; a shard of unknown cost is taken for a whole one.
    func expectedSeconds(_ images: Int, _ workerSlot: WorkerSlot, _ costClass: Int) -> Double {
        if let measured = workers[workerSlot].measuredSeconds(costClass) { return measured * Double(images) }
        if let typical = classStates[costClass].threadSecondsPerImage {
            return typical * Double(images) / Double(workers[workerSlot].facts.threads)
        }
        return configuration.targetShardDuration.inSeconds
    }

    /// Learns from a table how fast the worker is and how far away.
    ///
    /// Nothing is learnt from an adopted attempt: of what its worker says of it nothing can be checked.
    mutating func learn(from lease: Lease, _ computeSeconds: Double?, _ workerSlot: WorkerSlot, at now: Instant) {
        guard !lease.isAdopted, let costClass = lease.costClass else { return }
        let sinceBegin = now.seconds(since: workers[workerSlot].runningSince(lease))
        let sojourn = now.seconds(since: lease.since)
        var seconds = sinceBegin
        if let computeSeconds, computeSeconds.isFinite, computeSeconds >= 0 {
            seconds = min(computeSeconds, sojourn)
            learnRoundTrip(outside: sojourn - seconds, waited: sinceBegin - seconds, computed: seconds, workerSlot)
        }
        let images = lease.attempt.shard.count
        // A nanosecond at least, so that a speed is known and finite even where two instants are equal.
        let measured = max(seconds, 1e-9) / Double(images)
        workers[workerSlot].learn(measured, costClass, smoothing: configuration.speedSmoothing)
        let threads = workers[workerSlot].facts.threads
        classStates[costClass].add(images: images, seconds: seconds, threads: threads)
    }

    /// Learns the round trip from the time a shard spent outside the computation.
    ///
    /// A worker that waited before it began the shard had nothing else: all of that time was the way there and back. One
    /// that was busy may hold more than it needs, which the time outside cannot tell from a long way; so the estimate
    /// then shrinks slowly, until the worker waits again.
    private mutating func learnRoundTrip(outside: Double, waited: Double, computed: Double, _ workerSlot: WorkerSlot) {
        let old = workers[workerSlot].roundTrip
        var new: Double
        if waited > min(outside / 4, computed / 8) {
            new = old.map { $0 + configuration.speedSmoothing * (outside - $0) } ?? outside
        } else if let old {
            new = min(old, outside) - max(0, waited + computed) / 16
        } else {
            return
        }
        new = min(max(new, 0), configuration.longestSilence.inSeconds)
        workers[workerSlot].roundTrip = new
    }
}
