// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

// What happens when, and the network between.
extension World {
    mutating func happen(_ happening: Happening) throws {
        switch happening {
        case .arrives(let message, let index): try arrives(message, from: index)
        case .delivered(let message, let index): deliver(message, to: index)
        case .heartbeat(let index): beat(index)
        case .resend(let index): resend(index)
        case .step(let index, let attempt): step(attempt, index)
        case .computed(let index, let table): finish(table, index)
        case .works(let index): if workers[index].isAlive { work(index) }
        case .commit(let epoch): if isUp, epoch == core.epoch { try commit() }
        case .tick(let epoch):
            guard isUp, epoch == core.epoch else { return }
            try tell(.tick)
            after(1, .tick(epoch: epoch))
        case .start(let index): start(index)
        case .dies, .freezes, .partition, .drains: try meets(happening)
        case .pauses, .resumes, .stops, .cancels: try interfere(happening)
        case .coordinatorDies: coordinatorDies()
        case .coordinatorStarts: try coordinatorStarts()
        case .reinforcements:
            addWorker(after: 0, isLucky: true)
            after(20, .reinforcements)
        }
    }

    private mutating func start(_ index: Int) {
        say(workers[index].hello, index)
        work(index)
        beat(index)
        resend(index)
    }

    /// An accident of a worker.
    private mutating func meets(_ happening: Happening) throws {
        switch happening {
        case .dies(let index): workers[index].isAlive = false
        case .freezes(let index, let seconds):
            workers[index].frozenUntil = max(workers[index].frozenUntil, now.advanced(by: .seconds(seconds)))
        case .partition(let index, let seconds):
            workers[index].cutOff = now..<now.advanced(by: .seconds(seconds))
            workers[index].partitionDelays = random.chance(0.5)
        case .drains(let index): try drain(index)
        default: break
        }
    }

    /// Somebody at the coordinator, or its disk.
    private mutating func interfere(_ happening: Happening) throws {
        guard isUp else { return }
        switch happening {
        case .pauses(let reason, let seconds):
            life.pauses.insert(reason)
            try tell(.pause(reason))
            after(seconds, .resumes(reason))
        case .resumes(let reason):
            life.pauses.remove(reason)
            try tell(.resume(reason))
        case .stops:
            life.isEnding = true
            try tell(.stop)
        case .cancels:
            life.isEnding = true
            try tell(.cancel)
        default: break
        }
    }

    private mutating func arrives(_ message: WorkerMessage, from index: Int) throws {
        guard isUp else { return }
        let worker = workers[index]
        switch message {
        case .hello(let held, let training):
            try tell(.joined(worker.id, worker.facts, held: held, training: training))
            if worker.isLeaving { try tell(.drain(worker.id)) }
        case .heartbeat(let progress): try tell(.beat(worker.id, progress))
        case .table(let table):
            life.tables[.init(attempt: table.attempt, worker: worker.id)] = table
            try tell(.tableArrived(table.attempt, from: worker.id, computeSeconds: table.seconds))
        case .failed(let attempt, let failure): try tell(.failed(attempt, from: worker.id, failure))
        case .state(let attempt, let steps): try takeState(attempt, steps, from: worker.id)
        case .trained(let attempt): try takeModel(attempt, from: worker.id)
        case .trainingEnded(let attempt, let failure, let isFinal):
            try tell(.trainingEnded(attempt, from: worker.id, failure, isFinal: isFinal))
        case .goodbye: try tell(.left(worker.id, .goodbye))
        }
    }

    mutating func say(_ message: WorkerMessage, _ index: Int) {
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
