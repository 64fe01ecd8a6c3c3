// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

// The workers' side of the world.
extension World {
    /// A worker that joins later and may meet accidents; those after the first minute are honest and lucky.
    mutating func addWorker(after delay: Double, isLucky: Bool = false) {
        let index = workers.count
        let host = Int.random(in: 0..<climate.hosts, using: &random)
        // A third of them has the key of another: what they say in its voice is no second opinion.
        let key = random.chance(0.3) ? Int.random(in: 0...index, using: &random) : index
        let facts = WorkerFacts(
            host: "host\(host)",
            threads: .random(in: 1...8, using: &random),
            voice: Voice(key: "key\(key)", address: "host\(host)")
        )
        let speed = Double.random(in: climate.speed, using: &random) * (random.chance(climate.sluggards) ? 10 : 1)
        workers.append(SimulatedWorker(id: WorkerID(random.next()), facts: facts, secondsPerImage: speed))
        workerIndices[workers[index].id] = index
        while random.chance(climate.leftovers), let attempt = attemptOfFormerLife() {
            if random.chance(0.5) {
                workers[index].computed.append(SimulatedTable(attempt: attempt))
            } else {
                workers[index].waiting.append(attempt)
            }
        }
        after(delay, .start(index))
        workers[index].isObedient = random.chance(0.5)
        workers[index].mayHang = !isLucky
        guard !isLucky else { return }
        if random.chance(climate.liars) { workers[index].lie = .random(in: 1...UInt32.max, using: &random) }
        workers[index].isInvalid = random.chance(climate.invalids)
        if random.chance(climate.sicknesses) {
            // Some for good, as a machine whose disk is full stays as it is.
            let length = random.chance(0.4) ? 1e6 : Double.random(in: 1...60, using: &random)
            let first = now.advanced(by: .seconds(random.chance(0.5) ? 0 : delay + 10))
            workers[index].sick = first..<first.advanced(by: .seconds(length))
        }
        let accident = delay + .random(in: 0...30, using: &random)
        if random.chance(climate.deaths) { after(accident, .dies(index)) }
        if random.chance(climate.freezes) { after(accident, .freezes(index, seconds: accident)) }
        if random.chance(climate.partitions) { after(accident / 2, .partition(index, seconds: accident)) }
        if random.chance(climate.drains) { after(accident * 2, .drains(index)) }
    }

    private mutating func attemptOfFormerLife() -> AttemptIdentity? {
        guard let cell = cellIDs.indices.randomElement(using: &random), !store.rows[cell].isEmpty else { return nil }
        let lower = Int.random(in: store.rows[cell].indices, using: &random)
        let upper = Int.random(in: lower + 1...store.rows[cell].count, using: &random)
        let shard = Shard(cell: cellIDs[cell], lower: lower, upper: upper)
        return AttemptIdentity(shard: shard, attempt: .random(in: 1...3, using: &random), epoch: 0)
    }

    mutating func deliver(_ message: CoordinatorMessage, to index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil > now {
            return agenda.add(.delivered(message, to: index), at: workers[index].frozenUntil)
        }
        switch message {
        case .assign(let attempt), .sendAgain(let attempt):
            if let table = workers[index].table(of: attempt) {
                say(.table(table), index)
            } else if case .assign = message, !workers[index].holds(attempt) {
                workers[index].waiting.append(attempt)
                work(index)
            }
        case .acknowledge(let attempt): workers[index].computed.removeAll { $0.attempt == attempt }
        case .cancel(let attempt): cancel(attempt, index)
        case .retract(let attempts): handBack(Set(attempts), index)
        case .sayHello: say(workers[index].hello, index)
        case .youMayGo:
            guard workers[index].isLeaving, workers[index].held.isEmpty, workers[index].training == nil else { return }
            say(.goodbye, index)
            workers[index].isAlive = false
        case .train(let attempt, let steps): train(attempt, from: steps, index)
        case .recall(let attempt): recall(attempt, index)
        case .dropTraining(let attempt): dropTraining(attempt, index)
        case .goAway: if workers[index].isObedient { workers[index].isAlive = false }
        }
    }

    private mutating func cancel(_ attempt: AttemptIdentity, _ index: Int) {
        workers[index].drop(attempt)
        // An engine cannot always be interrupted; then its table comes nevertheless. One that hangs must be.
        guard workers[index].running == attempt, workers[index].isObedient || climate.hangs > 0 else { return }
        workers[index].running = nil
        workers[index].hangs = false
        work(index)
    }

    private mutating func handBack(_ attempts: Set<AttemptIdentity>, _ index: Int) {
        for attempt in workers[index].waiting where attempts.contains(attempt) {
            say(.failed(attempt, .handedBack), index)
        }
        workers[index].waiting.removeAll { attempts.contains($0) }
    }

    /// A worker that leaves finishes what it has, or gives back what it has not begun.
    mutating func drain(_ index: Int) throws {
        workers[index].isLeaving = true
        try tell(.drain(workers[index].id))
        workers[index].training?.isRecalled = true
        if random.chance(0.5) { handBack(Set(workers[index].waiting), index) }
    }

    /// Begins the next attempt when nothing is running.
    mutating func work(_ index: Int) {
        guard workers[index].running == nil, !workers[index].waiting.isEmpty else { return }
        let attempt = workers[index].waiting.removeFirst()
        workers[index].running = attempt
        if workers[index].isSick(at: now) {
            workers[index].running = nil
            say(.failed(attempt, .surroundings("no space")), index)
            return after(0.1, .works(index))
        }
        if workers[index].mayHang, random.chance(climate.hangs) {
            workers[index].hangs = true
            return
        }
        let usual = Double(attempt.shard.count) * workers[index].secondsPerImage
        let seconds = random.chance(climate.stalls) ? 20 * usual : usual
        let lie = random.chance(0.5) ? workers[index].lie : 0
        let told = climate.tellsSeconds ? seconds : nil
        after(seconds, .computed(index, SimulatedTable(attempt: attempt, seconds: told, lie: lie)))
    }

    mutating func finish(_ table: SimulatedTable, _ index: Int) {
        let attempt = table.attempt
        guard workers[index].isAlive, workers[index].running == attempt else { return }
        if workers[index].frozenUntil > now {
            return agenda.add(.computed(index, table), at: workers[index].frozenUntil)
        }
        workers[index].running = nil
        let isPoisoned = climate.poison.map { poison in
            ordinals[attempt.shard.cell] == poison.cell && attempt.shard.positions.contains(poison.position)
        }
        if isPoisoned == true || workers[index].isInvalid || random.chance(climate.engineErrors) {
            say(.failed(attempt, .engineError("does not compute")), index)
        } else {
            workers[index].computed.append(table)
            say(.table(table), index)
        }
        work(index)
    }

    mutating func beat(_ index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil <= now {
            if !workers[index].hangs { workers[index].activity += 1 }
            say(.heartbeat(workers[index].progress), index)
        }
        after(2, .heartbeat(index))
    }

    /// Sends what is not acknowledged again; a failure that was lost on the way, or that overtook a hello, comes to light by
    /// the next hello.
    mutating func resend(_ index: Int) {
        guard workers[index].isAlive else { return }
        if workers[index].frozenUntil <= now {
            for table in workers[index].computed { say(.table(table), index) }
            if climate.makesHellosLate { say(workers[index].hello, index) }
        }
        after(5, .resend(index))
    }
}
