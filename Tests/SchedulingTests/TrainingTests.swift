// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

/// Trainings: one worker at a time, lost by silence, and cells that wait for them.
@Suite struct TrainingTests {
    private static let glow = Digest(of: Array("glow".utf8))
    private static let pixelcnn = Digest(of: Array("pixelcnn".utf8))

    /// A run whose cells so far are `cells`, and others wait for `trainings`.
    private func scene(
        _ cells: [CellWork] = [],
        trainings: [Digest] = [glow],
        epoch: UInt64 = 1,
        configure: (inout SchedulingConfiguration) -> Void = { _ in }
    ) throws -> Scene {
        let scene = try Scene(cells, more: true, epoch: epoch, configure: configure)
        _ = try scene.tell(.trainings(trainings))
        _ = try scene.tell(.cells([], more: true, awaitingTraining: true))
        return scene
    }

    @Test("a training goes to one worker, which gets no shards; others compute what needs no training")
    func oneWorker() throws {
        let scene = try scene([.cell(1, images: 40)])
        let joined = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 4), held: []))
        #expect(joined.trained == [.anna: TrainingAttempt(training: Self.glow, number: 1, epoch: 1)])
        #expect(joined.dispatched(to: .anna).isEmpty)
        let second = try scene.tell(.joined(.bert, WorkerFacts(host: "bob", threads: 4), held: []))
        #expect(second.trained.isEmpty && !second.dispatched(to: .bert).isEmpty)
        #expect(scene.progress.trainings.map(\.state) == [.running])
        #expect(scene.progress.trainings.first?.worker == .anna)
    }

    @Test("a worker of an earlier release is sent shards and no training")
    func oldWorker() throws {
        let scene = try scene([.cell(1, images: 40)])
        let facts = WorkerFacts(host: "ada", threads: 4, canTrain: false)
        let joined = try scene.tell(.joined(.anna, facts, held: []))
        #expect(joined.trained.isEmpty && !joined.dispatched(to: .anna).isEmpty)
    }

    @Test("cells that wait for a training are asked for when it is finished, and the run ends after them")
    func cellsFollow() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(training: .anna))
        #expect(try scene.wait(seconds: 60, alive: [.anna]).allSatisfy { !$0.asksForCells })
        let actions = try scene.tell(.trained(attempt, from: .anna))
        #expect(actions.contains(.trainingFinished(Self.glow)))
        #expect(actions.contains { $0.asksForCells })
        let given = try scene.tell(.cells([.cell(1, images: 5)], more: false))
        let shard = try #require(given.dispatched(to: .anna).first)
        let ended = try #require(try scene.deliver(shard, from: .anna).finished)
        #expect(ended.counts.trainings == 1 && ended.images.recorded == 5)
    }

    @Test("a training lasts for hours without being taken for lost, and no copy of it is made")
    func takesLong() throws {
        let scene = try scene()
        _ = try scene.join(training: .anna)
        _ = try scene.join(.bert, host: "bob")
        let actions = try scene.wait(seconds: 3 * 3600, alive: [.anna, .bert])
        #expect(actions.isEmpty)
    }

    @Test("a silent worker loses its training to another host, and is told so when it returns")
    func silence() throws {
        let scene = try scene()
        let first = try #require(try scene.join(training: .anna, host: "ada"))
        _ = try scene.join(.bert, host: "ada", threads: 8)
        _ = try scene.join(.carl, host: "carla")
        _ = try scene.wait(seconds: 2, alive: [.anna, .bert, .carl])
        let actions = try scene.wait(seconds: 8, alive: [.bert, .carl])
        let second = TrainingAttempt(training: Self.glow, number: 2, epoch: 1)
        #expect(actions.trained == [.carl: second])
        #expect(scene.progress.trainings.first?.failures.map(\.failure) == [.workerLost(.silent)])
        let back = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: [], training: first))
        #expect(back.contains(.cancelTraining(first, at: .anna)))
        #expect(scene.core.holds(.carl, second) && !scene.core.holds(.anna, first))
    }

    @Test("a training that is handed back waits for others without blame, and returns when there is nobody else")
    func handedBack() throws {
        let scene = try scene()
        let first = try #require(try scene.join(training: .anna))
        let again = try scene.tell(.trainingEnded(first, from: .anna, .handedBack))
        #expect(again.trained[.anna]?.number == 2)
        #expect(scene.progress.trainings.first?.failures.isEmpty == true)
    }

    @Test("a draining worker is let go after its training came back")
    func drain() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(training: .anna))
        #expect(try !scene.tell(.drain(.anna)).contains(.drained(.anna)))
        let actions = try scene.tell(.trainingEnded(attempt, from: .anna, .handedBack))
        #expect(actions.contains(.drained(.anna)) && actions.trained.isEmpty)
        #expect(try scene.tell(.joined(.bert, WorkerFacts(host: "bob", threads: 1), held: [])).trained[.bert] != nil)
    }

    @Test("engine errors use up the budget; then its cells fail at once, and those of other models do not")
    func budget() throws {
        let scene = try scene(trainings: [Self.glow]) { $0.engineErrorBudget = 2 }
        let first = try #require(try scene.join(training: .anna))
        let retried = try scene.tell(.trainingEnded(first, from: .anna, .engineError("no memory")))
        let second = try #require(retried.trained[.anna])
        let actions = try scene.tell(.trainingEnded(second, from: .anna, .engineError("no memory")))
        let failed = try #require(actions.failedTrainings.first)
        #expect(failed.training == Self.glow && failed.attempts.map(\.attempt) == [first, second])
        var hopeless = CellWork.cell(1, images: 7, recorded: [0..<2])
        hopeless.isHopeless = true
        let given = try scene.tell(.cells([hopeless, .cell(2, images: 3)], more: false))
        #expect(given.contains(.cellFinished(CellID(1), failed: 5)))
        let shard = try #require(given.dispatched(to: .anna).first)
        #expect(shard.shard.cell == CellID(2))
        let ended = try #require(try scene.deliver(shard, from: .anna).finished)
        #expect(ended.images.failed == 5 && ended.images.done == 5 && ended.counts.failedTrainings == 1)
    }

    @Test("a failure that would meet everyone ends the training at once")
    func hopeless() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(training: .anna))
        let event = SchedulingCore.Event.trainingEnded(
            attempt,
            from: .anna,
            .engineError("diverged at step 7"),
            isFinal: true
        )
        #expect(try scene.tell(event).failedTrainings.count == 1)
    }

    @Test("losses are forgiven when the training has come further than ever, not when it is stored again")
    func forgiveness() throws {
        let scene = try scene { $0.workerLossBudget = 2 }
        func lose(savedSteps: Int) throws -> [SchedulingCore.Action] {
            let worker = WorkerID(UInt64.random(in: 10...(.max)))
            let attempt = try #require(try scene.join(training: worker))
            _ = try scene.tell(.trainingSaved(attempt, from: worker, steps: savedSteps))
            return try scene.tell(.left(worker, .crashed))
        }
        for steps in 1...5 { #expect(try lose(savedSteps: 100 * steps).failedTrainings.isEmpty) }
        #expect(try lose(savedSteps: 500).failedTrainings.count == 1)
    }

    @Test("in a new life of the coordinator the worker that has the training keeps it, if it comes soon")
    func adoption() throws {
        let scene = try scene(epoch: 2)
        let early = try scene.tell(.joined(.bert, WorkerFacts(host: "bob", threads: 1), held: []))
        #expect(early.trained.isEmpty, "whoever has it gets a moment to say so")
        let held = TrainingAttempt(training: Self.glow, number: 3, epoch: 1)
        let facts = WorkerFacts(host: "ada", threads: 1)
        #expect(try scene.tell(.joined(.anna, facts, held: [], training: held)).isEmpty)
        #expect(scene.core.holds(.anna, held))
        #expect(try scene.wait(seconds: 20, alive: [.anna, .bert]).trained.isEmpty)
        #expect(try scene.tell(.trained(held, from: .anna)).contains(.trainingFinished(Self.glow)))
    }

    @Test("in a new life of the coordinator a training that nobody claims is handed out after a moment")
    func unclaimed() throws {
        let scene = try scene(epoch: 2)
        _ = try scene.tell(.joined(.bert, WorkerFacts(host: "bob", threads: 1), held: []))
        #expect(try scene.wait(seconds: 10, alive: [.bert]).trained[.bert]?.epoch == 2)
    }

    @Test("a worker that does not know of its training any more gets it, or something else, again")
    func lostDispatch() throws {
        let scene = try scene()
        _ = try scene.join(training: .anna)
        let actions = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: []))
        #expect(actions.trained[.anna]?.number == 2)
    }

    @Test(
        "a worker that speaks of another attempt than its own is asked what it has; one that has none is told to stop"
    )
    func mentions() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(training: .anna))
        _ = try scene.join(.bert, host: "bob")
        let stale = TrainingAttempt(training: Self.glow, number: 9, epoch: 1)
        #expect(try scene.tell(.trainingMentioned(attempt, from: .anna)).isEmpty)
        #expect(try scene.tell(.trainingMentioned(stale, from: .anna)) == [.askToJoin(.anna)])
        #expect(try scene.tell(.trainingMentioned(stale, from: .bert)) == [.cancelTraining(stale, at: .bert)])
    }

    @Test("a stop asks for the state and waits until the training is back; a cancellation drops it")
    func ends() throws {
        let stopped = try scene()
        let attempt = try #require(try stopped.join(training: .anna))
        let asked = try stopped.tell(.stop)
        #expect(asked.contains(.recallTraining(attempt, at: .anna)) && asked.stopped == nil)
        #expect(try stopped.tell(.trainingEnded(attempt, from: .anna, .handedBack)).stopped != nil)

        let cancelled = try scene()
        let other = try #require(try cancelled.join(training: .anna))
        #expect(try cancelled.tell(.cancel).contains(.cancelTraining(other, at: .anna)))
    }

    @Test("a pause keeps a training where it is and hands no other out")
    func pause() throws {
        let scene = try scene(trainings: [Self.glow, Self.pixelcnn])
        let first = try #require(try scene.join(training: .anna))
        _ = try scene.tell(.pause(.user))
        let paused = try scene.tell(.joined(.bert, WorkerFacts(host: "bob", threads: 1), held: []))
        #expect(paused.trained.isEmpty && scene.core.holds(.anna, first))
        #expect(try scene.tell(.resume(.user)).trained[.bert]?.training == Self.pixelcnn)
    }

    @Test("a quarantined worker loses its training")
    func quarantine() throws {
        let scene = try scene([.cell(1, images: 8), .cell(2, images: 8)]) {
            $0.limitCredit(to: 1)
            $0.auditFraction = 0
        }
        // Given a shard first, and the training when that is here.
        _ = try scene.tell(.pause(.user))
        _ = try scene.join(.anna)
        let attempt = AttemptIdentity(cell: 1, 0..<8, epoch: 0)
        _ = try scene.tell(.resume(.user))
        #expect(scene.progress.trainings.first?.worker == .anna)
        let asked = try #require(scene.progress.trainings.first).training
        let training = TrainingAttempt(training: asked, number: 1, epoch: 1)
        for isFirst in [true, false] {
            let held = [HeldAttempt(attempt, isComputed: true)]
            let facts = WorkerFacts(host: "ada", threads: 1)
            _ = try scene.tell(.joined(.anna, facts, held: held, training: training))
            if isFirst { _ = try scene.deliver(attempt, from: .anna) }
        }
        let actions = try scene.deliver(attempt, from: .anna, areEqual: false, recordedBy: .anna)
        #expect(actions.quarantined[.anna] != nil)
        #expect(scene.progress.trainings.map(\.state) == [.waiting])
    }
}

extension Scene {
    /// A worker says hello and gets a training.
    func join(training worker: WorkerID, host: String = "ada", threads: Int = 1) throws -> TrainingAttempt? {
        try tell(.joined(worker, WorkerFacts(host: host, threads: threads), held: [])).trained[worker]
    }
}

extension SchedulingCore.Action {
    var asksForCells: Bool { if case .wantsCells = self { true } else { false } }
}

extension [SchedulingCore.Action] {
    /// Who was sent which training.
    var trained: [WorkerID: TrainingAttempt] {
        reduce(into: [:]) { if case .train(let attempt, let worker) = $1 { $0[worker] = attempt } }
    }

    var failedTrainings: [FailedTraining] {
        compactMap { if case .trainingFailed(let failed) = $0 { failed } else { nil } }
    }
}
