// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The workers that are joined, what they hold, and which of them may receive more.
///
/// A worker is changed through ``change(_:_:)`` alone, which keeps the counts in step with it.
struct Fleet: Sendable {
    let pacing: Pacing
    private var workers = SlotTable<WorkerID, WorkerState>()
    private var hosts = Interning<String>()
    /// Workers with free credit, and those among them that hold nothing.
    private var hungry = SlotQueue<WorkerID, WorkerState>()
    private var idle = SlotQueue<WorkerID, WorkerState>()
    private(set) var claims = Claims()
    private var quarantines: [WorkerID: QuarantineReason] = [:]
    /// Voices in which wrong rows were delivered.
    private var distrusted: [Voice: QuarantineReason] = [:]
    /// On whose behalf everyone spoke who was ever here: rows outlive their worker's connection.
    private var voices: [WorkerID: Voice] = [:]
    private var nextSerial: UInt64 = 1
    /// Workers that may receive something now.
    private(set) var active = WorkerCount()
    /// Workers that could do what others cannot, now or when they are done with what they have.
    private(set) var capable = WorkerCount()
    /// The workers that are here, by the scorers that they have.
    private(set) var offers: [[ScorerOffer]: Int] = [:]
    /// Attempts that workers hold.
    private(set) var leaseCount = 0

    init(_ configuration: SchedulingConfiguration) { pacing = Pacing(configuration) }

    var count: Int { workers.count }
    /// Everyone's place, in the order of joining as far as places were not reused.
    var slots: [WorkerSlot] { workers.slots }

    /// Index of the host's name; nil for a host that nobody was ever on.
    func hostIndex(of name: String) -> Int? { hosts.knownIndex(of: name) }

    func slot(of worker: WorkerID) -> WorkerSlot? { workers.slot(of: worker) }

    subscript(slot: WorkerSlot) -> WorkerState { _read { yield workers[slot] } }
    subscript(worker: WorkerID) -> WorkerState? { workers.slot(of: worker).map { workers[$0] } }

    // Who is here

    /// Takes a worker in that is not joined.
    mutating func join(_ worker: WorkerID, _ facts: WorkerFacts, at now: Instant) -> WorkerSlot {
        let host = UInt32(hosts.index(of: facts.host))
        let slot = workers.insert(WorkerState(id: worker, facts: facts, host: host, joined: now), for: worker)
        active.count(workers[slot], isOne: true)
        capable.count(workers[slot], isOne: true)
        offers[facts.scorers, default: 0] += 1
        voices[worker] = facts.voice
        if let reason = distrusted[facts.voice] { _ = quarantine(worker, reason) }
        return slot
    }

    /// Forgets a worker that holds nothing.
    mutating func remove(_ slot: WorkerSlot) {
        change(slot) { $0.isDraining = true }
        hungry.remove(slot)
        idle.remove(slot)
        let scorers = workers[slot].facts.scorers
        let same = offers[scorers, default: 0] - 1
        offers[scorers] = same > 0 ? same : nil
        workers.remove(workers[slot].id)
    }

    /// Why the worker receives nothing more; nil when it is trusted.
    func quarantine(of worker: WorkerID) -> QuarantineReason? {
        quarantines.isEmpty ? nil : quarantines[worker]
    }

    /// Trusts the worker no more, now and when it returns; false when it is quarantined already.
    mutating func quarantine(_ worker: WorkerID, _ reason: QuarantineReason) -> Bool {
        guard quarantines[worker] == nil else { return false }
        quarantines[worker] = reason
        if let slot = workers.slot(of: worker) { change(slot) { $0.isQuarantined = true } }
        return true
    }

    /// Trusts nobody more who speaks in the worker's voice.
    mutating func distrust(_ worker: WorkerID, _ reason: QuarantineReason) {
        if let voice = voices[worker], distrusted[voice] == nil { distrusted[voice] = reason }
    }

    /// Whether the worker speaks in a voice that is not trusted.
    func isDistrusted(_ slot: WorkerSlot) -> Bool { distrusted[workers[slot].facts.voice] != nil }

    /// On whose behalf these workers speak, also those that left.
    func voices(of workers: [WorkerID]) -> Set<Voice> { Set(workers.compactMap { voices[$0] }) }

    /// Whether the voice is independent of all of these of any active worker that can compute the model.
    ///
    /// - Complexity: O(active voices), of an external model O(workers).
    func hasActiveVoice(besides others: Set<Voice>, for external: ExternalModel? = nil) -> Bool {
        guard let external else { return active.voices.contains { voice in others.allSatisfy(voice.isIndependent) } }
        return workers.slots.contains { slot in
            let worker = workers[slot]
            return worker.isActive && worker.facts.canCompute(external)
                && others.allSatisfy(worker.facts.voice.isIndependent)
        }
    }

    // Who can compute a model: of one that everybody can, the counts know; of an external one, the workers are asked.

    /// Active workers that can compute the model.
    func activeWorkers(for external: ExternalModel?) -> Int {
        guard let external else { return active.workers }
        return workers.slots.count { workers[$0].isActive && workers[$0].facts.canCompute(external) }
    }

    /// Whether an active worker that can compute the model is on none of these hosts.
    func hasActive(besides hosts: Set<String>, for external: ExternalModel?) -> Bool {
        guard let external else { return active.isAny(besides: hosts, of: self) }
        return has(external, besides: hosts, where: \.isActive)
    }

    /// Whether a capable worker that can compute the model is on none of these hosts.
    func hasCapable(besides hosts: Set<String>, for external: ExternalModel?) -> Bool {
        guard let external else { return capable.isAny(besides: hosts, of: self) }
        return has(external, besides: hosts, where: \.isCapable)
    }

    private func has(
        _ external: ExternalModel,
        besides hosts: Set<String>,
        where isCounted: (WorkerState) -> Bool
    ) -> Bool {
        workers.slots.contains { slot in
            let worker = workers[slot]
            return isCounted(worker) && !hosts.contains(worker.facts.host) && worker.facts.canCompute(external)
        }
    }

    /// Changes a worker, and the counts with it.
    @inline(__always)
    mutating func change<Result>(_ slot: WorkerSlot, _ body: (inout WorkerState) -> Result) -> Result {
        let (wasActive, wasCapable) = (workers[slot].isActive, workers[slot].isCapable)
        let held = workers[slot].leases.count
        let result = body(&workers[slot])
        leaseCount += workers[slot].leases.count - held
        if workers[slot].isActive != wasActive { active.count(workers[slot], isOne: !wasActive) }
        if workers[slot].isCapable != wasCapable { capable.count(workers[slot], isOne: !wasCapable) }
        return result
    }

    // What they hold

    /// A lease with a serial number of its own, which nobody holds yet.
    mutating func makeLease(
        _ attempt: AttemptIdentity,
        _ purpose: Lease.Purpose,
        isAdopted: Bool = false,
        at now: Instant
    ) -> Lease {
        defer { nextSerial += 1 }
        return Lease(attempt: attempt, serial: nextSerial, since: now, purpose: purpose, isAdopted: isAdopted)
    }

    mutating func append(_ lease: Lease, to slot: WorkerSlot) {
        change(slot) { $0.leases.append(lease) }
    }

    /// Ends the lease and returns it; nil when the worker does not hold the attempt.
    mutating func removeLease(of attempt: AttemptIdentity, from slot: WorkerSlot) -> Lease? {
        guard let lease = change(slot, { $0.leases.remove(attempt) }) else { return nil }
        let cell = attempt.shard.cell
        if !claims.isEmpty, !workers[slot].leases.contains(cell) { claims.remove(workers[slot].id, on: cell) }
        noteCredit(slot)
        return lease
    }

    /// Notes that the worker holds an attempt of a cell that is not known yet.
    mutating func claim(_ lease: Lease, for slot: WorkerSlot) {
        append(lease, to: slot)
        claims.add(workers[slot].id, on: lease.attempt.shard.cell)
    }

    /// Ends the claims on the cell, and returns them in the order in which they came.
    mutating func removeClaims(on cell: CellID) -> [(slot: WorkerSlot, lease: Lease)] {
        var removed: [(WorkerSlot, Lease)] = []
        for worker in claims.removeAll(on: cell) {
            guard let slot = workers.slot(of: worker) else { continue }
            for lease in Array(workers[slot].leases) where lease.attempt.shard.cell == cell {
                _ = removeLease(of: lease.attempt, from: slot)
                removed.append((slot, lease))
            }
        }
        return removed
    }

    // Who may receive more

    /// Whether the worker may receive another shard.
    func hasCredit(_ slot: WorkerSlot) -> Bool {
        pacing.hasCredit(workers[slot], amongActive: active.workers)
    }

    /// Whether the worker may receive the requeued images, which are of a model that it can compute.
    ///
    /// Neither it nor its host gets back what it failed at while anyone else could try: the fault may be its own.
    func suits(
        _ slot: WorkerSlot,
        _ segment: Segment,
        of cell: CellState,
        _ external: ExternalModel?,
        _ configuration: SchedulingConfiguration
    ) -> Bool {
        if segment.errors == 0, segment.losses < configuration.workerLossBudget { return true }
        let last = cell.failures(at: cell.shard(segment.range)).last(where: \.failure.isEngineError)
        if last?.worker == workers[slot].id, activeWorkers(for: external) > 1 { return false }
        let host = workers[slot].facts.host
        return !cell.trials(at: segment).isOthersTurn(after: host, configuration, among: self, for: external)
    }

    /// Remembers that the worker may receive another shard, if it may.
    mutating func noteCredit(_ slot: WorkerSlot) {
        guard hasCredit(slot) else { return }
        hungry.append(slot)
        if workers[slot].leases.isEmpty { idle.append(slot) }
    }

    /// Whether somebody may be idle.
    var mayHaveIdlers: Bool { !idle.isEmpty }

    /// The worker that became idle first, which is not remembered any more.
    private mutating func nextIdle() -> WorkerSlot? {
        while let slot = idle.popFirst() {
            if workers[slot].leases.isEmpty, hasCredit(slot) { return slot }
        }
        return nil
    }

    /// The next worker with free credit, which is not remembered any more: those that hold nothing go first.
    mutating func nextHungry() -> WorkerSlot? {
        if let slot = nextIdle() { return slot }
        while let slot = hungry.popFirst() {
            if hasCredit(slot) { return slot }
        }
        return nil
    }

    /// Active workers that hold nothing, in the order in which they became idle.
    mutating func idlers() -> [WorkerSlot] {
        var slots: [WorkerSlot] = []
        while let slot = nextIdle() { slots.append(slot) }
        for slot in slots { noteCredit(slot) }
        return slots
    }

    // Invariants

    /// Whether the worker has free credit, and is remembered for it.
    func isHungry(_ slot: WorkerSlot) -> Bool { hungry.contains(slot) && hasCredit(slot) }

    func checkCounts() throws(InvariantViolation) {
        try expect(leaseCount >= 0, "a count is negative")
        let isPlausible = active.workers <= workers.count
        try expect(isPlausible, "active workers are miscounted")
    }

    /// Counts everything anew; while the run goes on, everyone with free credit is remembered.
    func checkInvariants(isRunning: Bool) throws(InvariantViolation) {
        try hungry.checkInvariants()
        try idle.checkInvariants()
        var (counted, countedCapable) = (WorkerCount(), WorkerCount())
        var serials: Set<UInt64> = []
        for slot in workers.slots {
            let worker = workers[slot]
            for lease in worker.leases {
                try expect(serials.insert(lease.serial).inserted, "two leases \(lease.serial)")
            }
            try expect(worker.isQuarantined == (quarantine(of: worker.id) != nil), "\(worker.id) is half trusted")
            try expect(!worker.isQuarantined || worker.leases.isEmpty, "quarantined worker \(worker.id) holds shards")
            try worker.leases.checkInvariants()
            try pacing.checkInvariants(of: worker)
            if worker.isCapable { countedCapable.count(worker, isOne: true) }
            guard worker.isActive else { continue }
            counted.count(worker, isOne: true)
            guard isRunning, hasCredit(slot) else { continue }
            let isKnown = hungry.contains(slot) || worker.leases.count >= pacing.minimumCredit
            try expect(isKnown, "worker \(worker.id) is forgotten")
            try expect(idle.contains(slot) || !worker.leases.isEmpty, "idle worker \(worker.id) is forgotten")
        }
        try expect(serials.count == leaseCount, "leases miscounted: \(leaseCount)")
        try expect(counted.hasCounts(of: active), "active workers, threads or voices miscounted")
        try expect(countedCapable.hasCounts(of: capable), "capable workers, threads or voices miscounted")
        for claim in claims.all {
            let isHeld = self[claim.worker]?.leases.contains(claim.cell) == true
            try expect(isHeld, "worker \(claim.worker) claims \(claim.cell) and holds nothing of it")
        }
    }
}
