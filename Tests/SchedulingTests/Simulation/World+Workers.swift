// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

// The workers' side of the world, and the network between.
extension World {
    mutating func happen(_ happening: Happening) throws {
        switch happening {
        case .arrives(let message, let index): try arrives(message, from: index)
        case .delivered(let message, let index): deliver(message, to: index)
        case .heartbeat(let index): beat(index)
        case .resend(let index): resend(index)
        case .computed(let index, let attempt): finish(attempt, index)
        case .commit(let epoch): if isUp, epoch == core.epoch { try commit() }
        case .tick(let epoch):
            guard isUp, epoch == core.epoch else { return }
            try tell(.tick)
            after(1, .tick(epoch: epoch))
        case .start(let index):
            say(.hello(workers[index].held), index)
            work(index)
            beat(index)
            resend(index)
        case .dies(let index): workers[index].isAlive = false
        case .freezes(let index, let seconds):
            workers[index].frozenUntil = max(workers[index].frozenUntil, now.advanced(by: .seconds(seconds)))
        case .partition(let index, let seconds):
            workers[index].cutOff = now..<now.advanced(by: .seconds(seconds))
            workers[index].partitionDelays = random.chance(0.5)
        case .drains(let index):
            workers[index].isLeaving = true
            try tell(.drain(workers[index].id))
        case .coordinatorDies: coordinatorDies()
        case .coordinatorStarts: try coordinatorStarts()
        case .reinforcements:
            addWorker(after: 0, isLucky: true)
            after(20, .reinforcements)
        }
    }

    private mutating func arrives(_ message: WorkerMessage, from index: Int) throws {
        let worker = workers[index]
        switch message {
        case .hello(let held):
            try tell(.joined(worker.id, worker.facts, held: held))
            if worker.isLeaving { try tell(.drain(worker.id)) }
        case .heartbeat: try tell(.heard(worker.id))
        case .table(let attempt): try tell(.tableArrived(attempt, from: worker.id))
        case .failed(let attempt, let failure): try tell(.failed(attempt, from: worker.id, failure))
        case .goodbye: try tell(.left(worker.id, .goodbye))
        }
    }

    private mutating func deliver(_ message: CoordinatorMessage, to index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil > now {
            return agenda.add(.delivered(message, to: index), at: workers[index].frozenUntil)
        }
        switch message {
        case .assign(let attempt), .sendAgain(let attempt):
            if workers[index].computed.contains(attempt) {
                say(.table(attempt), index)
            } else if case .assign = message, !workers[index].holds(attempt) {
                workers[index].waiting.append(attempt)
                work(index)
            }
        case .acknowledge(let attempt): workers[index].computed.removeAll { $0 == attempt }
        case .cancel(let attempt): workers[index].drop(attempt)
        case .sayHello: say(.hello(workers[index].held), index)
        case .youMayGo:
            guard workers[index].isLeaving, workers[index].held.isEmpty else { return }
            say(.goodbye, index)
            workers[index].isAlive = false
        }
    }

    /// Begins the next attempt when nothing is running.
    private mutating func work(_ index: Int) {
        guard workers[index].running == nil, !workers[index].waiting.isEmpty else { return }
        let attempt = workers[index].waiting.removeFirst()
        workers[index].running = attempt
        after(Double(attempt.shard.count) * workers[index].secondsPerImage, .computed(index, attempt))
    }

    private mutating func finish(_ attempt: AttemptIdentity, _ index: Int) {
        guard workers[index].isAlive, workers[index].running == attempt else { return }
        if workers[index].frozenUntil > now {
            return agenda.add(.computed(index, attempt), at: workers[index].frozenUntil)
        }
        workers[index].running = nil
        let isPoisoned = climate.poison.map { poison in
            ordinals[attempt.shard.cell] == poison.cell && attempt.shard.positions.contains(poison.position)
        }
        if isPoisoned == true || random.chance(climate.engineErrors) {
            say(.failed(attempt, .engineError("does not compute")), index)
        } else {
            workers[index].computed.append(attempt)
            say(.table(attempt), index)
        }
        work(index)
    }

    private mutating func beat(_ index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil <= now { say(.heartbeat, index) }
        after(2, .heartbeat(index))
    }

    /// Sends what is not acknowledged again; a failure that was lost on the way comes to light by a hello.
    private mutating func resend(_ index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil <= now {
            for attempt in workers[index].computed { say(.table(attempt), index) }
            if climate.losses > 0 || climate.partitions > 0 { say(.hello(workers[index].held), index) }
        }
        after(5, .resend(index))
    }

    private mutating func say(_ message: WorkerMessage, _ index: Int) {
        travel(index) { .arrives(message, from: index) }
    }

    mutating func send(_ message: CoordinatorMessage, to worker: WorkerID) {
        guard let index = workerIndices[worker] else { return }
        travel(index) { .delivered(message, to: index) }
    }

    /// Puts a message on its way, which may be long, cut, or taken twice.
    private mutating func travel(_ index: Int, _ happening: () -> Happening) {
        let copies = random.chance(climate.losses) ? 0 : random.chance(climate.duplicates) ? 2 : 1
        for _ in 0..<copies {
            var departure = now
            if workers[index].cutOff.contains(now) {
                guard workers[index].partitionDelays else { continue }
                departure = workers[index].cutOff.upperBound
            }
            let latency = random.nanoseconds(climate.latency.lowerBound, climate.latency.upperBound)
            agenda.add(happening(), at: Instant(nanoseconds: departure.nanoseconds + latency))
        }
    }
}
