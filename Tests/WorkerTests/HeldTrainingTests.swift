// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

@testable import Worker

/// A worker that trains: what it says, what it uploads, and how it is stopped.
@Suite("a worker's training")
struct HeldTrainingTests {
    private static let bytes = (0..<(WireLimits.artifactChunkBytes * 2 + 5)).map { UInt8(truncatingIfNeeded: $0 / 7) }

    private var state: SessionState
    private let assignment: TrainingAssignment

    init() throws {
        assignment = Self.assignment("glow", 1)
        state = SessionState(introduction: try Samples.hello())
        _ = state.receive(Samples.welcome(), at: .zero)
    }

    private static func assignment(_ name: String, _ number: UInt32) -> TrainingAssignment {
        TrainingAssignment(
            attempt: TrainingAttempt(training: Digest(of: Array(name.utf8)), number: number, epoch: 1),
            model: name,
            recipe: "version: 1",
            dataset: .init(name: "d", source: .builtin("glyphs"), split: "train", content: Digest(of: [2]))
        )
    }

    /// The training has come, and the engine works on it.
    private mutating func begin() {
        _ = state.receive(.train(assignment), at: .zero)
        _ = state.nextTraining()
    }

    private mutating func upload(_ kind: TrainingOffer.Kind, at now: Duration = .zero) -> [WorkerMessage] {
        state.beginUpload(TrainingFile(kind, Self.bytes, stepsDone: 7), at: now).messages
    }

    private func receipt(_ bytes: Int, isStored: Bool = false) -> CoordinatorMessage {
        .uploadReceipt(UploadReceipt(digest: Digest(of: Self.bytes), bytes: bytes, isStored: isStored))
    }

    @Test("shards that came before go first, and the training is begun once")
    mutating func order() throws {
        _ = state.receive(.assign([try Samples.assignment(1)]), at: .zero)
        _ = state.receive(.train(assignment), at: .zero)
        #expect(state.next(at: .zero).assignment != nil)
        #expect(state.nextTraining() == assignment)
        #expect(state.nextTraining() == nil)
        #expect(!state.isIdle)
    }

    @Test("a file goes out part by part as the coordinator asks for them, until it is stored")
    mutating func upload() throws {
        begin()
        let attempt = assignment.attempt
        let file = ArtifactReference(digest: Digest(of: Self.bytes), bytes: Self.bytes.count)
        let offer = TrainingOffer(attempt: attempt, kind: .state, file: file, stepsDone: 7)
        #expect(upload(.state) == [.trainingOffer(offer)])
        var sent: [UInt8] = []
        while sent.count < Self.bytes.count {
            let messages = state.receive(receipt(sent.count), at: .zero).messages
            guard case .uploadChunk(let chunk)? = messages.first else { break }
            #expect(chunk.offset == sent.count && chunk.totalBytes == Self.bytes.count)
            sent += chunk.bytes
        }
        #expect(sent == Self.bytes)
        #expect(state.receive(receipt(Self.bytes.count), at: .zero).messages.isEmpty)
        _ = state.receive(receipt(Self.bytes.count, isStored: true), at: .zero)
        #expect(!state.training.isUploading && state.training.uploadEnd == .stored)
    }

    @Test("a file is offered again after silence, and to a coordinator that welcomes the worker anew")
    mutating func offersAgain() throws {
        begin()
        _ = upload(.checkpoint)
        func offers(_ messages: [WorkerMessage]) -> Int {
            messages.count { if case .trainingOffer = $0 { true } else { false } }
        }
        _ = state.receive(.heartbeat(CoordinatorHeartbeat(epoch: 1)), at: .seconds(13))
        #expect(offers(state.tick(at: .seconds(14), tick: .milliseconds(200), hasUnsent: false).messages) == 0)
        #expect(offers(state.tick(at: .seconds(17), tick: .milliseconds(200), hasUnsent: false).messages) == 1)
        #expect(offers(state.receive(Samples.welcome(epoch: 2), at: .seconds(18)).messages) == 1)
    }

    @Test("a heartbeat says how far the training is, and counts what the engine does besides, and files on their way")
    mutating func heartbeats() throws {
        begin()
        let report = TrainingReport(
            attempt: assignment.attempt,
            stepsDone: 12,
            steps: 100,
            loss: 1,
            imagesPerSecond: 1
        )
        _ = state.report(report)
        func beat(at seconds: Int, activity: UInt64) -> WorkerHeartbeat? {
            let now = Duration.seconds(seconds)
            _ = state.receive(.heartbeat(CoordinatorHeartbeat(epoch: 1)), at: now)
            let said = state.tick(at: now, tick: .milliseconds(200), hasUnsent: false, activity: activity).messages
            return said.lazy.compactMap { if case .heartbeat(let beat) = $0 { beat } else { nil } }.first
        }
        let first = try #require(beat(at: 3, activity: 40))
        #expect(first.training == assignment.attempt && first.stepsDone == 12)
        let second = try #require(beat(at: 6, activity: 41))
        #expect(second.activity == first.activity + 1)
        _ = upload(.state)
        _ = state.receive(receipt(0), at: .seconds(7))
        #expect(try #require(beat(at: 9, activity: 41)).activity > second.activity)
    }

    @Test("a hello says which training the worker has, and a new name for it changes nothing else")
    mutating func hello() throws {
        begin()
        guard case .hello(let hello)? = state.hello(at: .zero).messages.first else {
            Issue.record("no hello")
            return
        }
        #expect(hello.training == assignment.attempt)
        _ = state.receive(Samples.welcome(epoch: 2), at: .zero)
        let renamed = Self.assignment("glow", 2)
        _ = state.receive(.train(renamed), at: .zero)
        #expect(state.nextTraining() == nil && state.training.instruction == .goOn)
        #expect(state.training.attempt == renamed.attempt)
    }

    @Test("another training takes the place of one that is dropped, when the engine has let go of it")
    mutating func replaced() throws {
        begin()
        let other = Self.assignment("pixelcnn", 1)
        _ = state.receive(.train(other), at: .zero)
        #expect(state.training.instruction == .drop && state.nextTraining() == nil)
        #expect(state.endTraining(.done, log: [], at: .zero).messages.isEmpty)
        #expect(state.nextTraining() == other)
    }

    @Test("asked for the state, the worker hands the training back; told to drop it, it says nothing")
    mutating func stops() throws {
        begin()
        _ = state.receive(.stopTraining(assignment.attempt, saves: true), at: .zero)
        #expect(state.training.instruction == .save)
        let end = TrainingEnd(attempt: assignment.attempt, reason: .handedBack)
        #expect(state.endTraining(.ended(.handedBack, ""), log: ["x"], at: .zero).messages == [.trainingEnd(end)])
        begin()
        _ = state.receive(.stopTraining(assignment.attempt, saves: false), at: .zero)
        #expect(state.training.instruction == .drop)
        #expect(state.endTraining(.done, log: [], at: .zero).messages.isEmpty && state.training.isEmpty)
    }

    @Test("a leaving worker stays until its training is back, and takes no other")
    mutating func leaves() throws {
        begin()
        #expect(state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero).ending == nil)
        #expect(state.training.instruction == .save)
        #expect(state.endTraining(.ended(.handedBack, ""), log: [], at: .zero).ending == .left)
        let late = Self.assignment("pixelcnn", 1)
        let end = TrainingEnd(attempt: late.attempt, reason: .handedBack)
        #expect(state.receive(.train(late), at: .zero).messages == [.trainingEnd(end)])
    }

    @Test("a training that is not begun goes back at once when the worker leaves")
    mutating func notBegun() throws {
        _ = state.receive(.train(assignment), at: .zero)
        let effects = state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero)
        #expect(effects.messages.contains(.trainingEnd(TrainingEnd(attempt: assignment.attempt, reason: .handedBack))))
        #expect(effects.ending == .left)
    }

    @Test("an end that nobody could be told is told after the next welcome, until when the training counts as held")
    mutating func endWithoutCoordinator() throws {
        begin()
        _ = state.hello(at: .zero)
        #expect(state.endTraining(.ended(.failed, "no memory"), log: ["a line"], at: .zero).messages.isEmpty)
        #expect(state.training.attempt == assignment.attempt)
        let end = TrainingEnd(attempt: assignment.attempt, reason: .failed, message: "no memory", log: ["a line"])
        #expect(state.receive(Samples.welcome(), at: .zero).messages.contains(.trainingEnd(end)))
        #expect(state.training.attempt == nil)
    }

    @Test("a coordinator that says goodbye is trained for no longer; one that vanishes is")
    mutating func goodbye() throws {
        begin()
        _ = state.connection(isThere: false)
        #expect(state.training.instruction == .goOn)
        _ = state.receive(.goodbye(reason: "the run has ended"), at: .zero)
        #expect(state.training.instruction == .drop)
    }

    @Test("a worker whose wall time ends gives its training back in time to store the state")
    func walltime() throws {
        var state = SessionState(introduction: try Samples.hello(), walltime: Walltime(limit: .seconds(3600)))
        _ = state.receive(Samples.welcome(), at: .zero)
        _ = state.receive(.train(assignment), at: .zero)
        _ = state.nextTraining()
        _ = state.tick(at: .seconds(3529), tick: .seconds(1), hasUnsent: true)
        #expect(state.training.instruction == .goOn)
        _ = state.tick(at: .seconds(3531), tick: .seconds(1), hasUnsent: true)
        #expect(state.training.instruction == .save)
    }
}
