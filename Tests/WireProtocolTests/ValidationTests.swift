// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Vocabulary

@testable import WireProtocol

/// Messages as a hostile or broken peer would write them: the form is right and a value is not.
@Suite
struct ValidationTests {
    private static var attempt: ProtoAttempt {
        let shard = Shard(cell: CellID(Digest(of: [1])), lower: 10, upper: 13)
        return AttemptIdentity(shard: shard, attempt: 1, epoch: 1).proto
    }

    @Test("a hello with an impossible field is refused by that field's name")
    func hello() {
        let cases: [(String, (inout ProtoHello) -> Void)] = [
            ("hello.software", { $0.software = "" }),
            ("hello.host", { $0.host = String(repeating: "h", count: 257) }),
            ("hello.host", { $0.host = "evil\u{1b}[2J" }),
            ("hello.worker", { $0.worker = Data(count: 15) }),
            ("hello.instruction_set", { $0.instructionSet = "avx\n512" }),
            ("hello.images_per_second", { $0.imagesPerSecond = .nan }),
            ("hello.images_per_second", { $0.imagesPerSecond = -1 }),
            ("hello.images_per_second", { $0.imagesPerSecond = 1e308 }),
            ("hello.in_flight", { $0.inFlight = [ProtoAttempt()] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.number, 0)] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.upper, 10)] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.upper, .max)] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.lower, .max)] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.upper, 1 << 20)] }),
            ("hello.unacknowledged", { $0.unacknowledged = [Self.attempt.with(\.cell, Data(count: 17))] }),
        ]
        for (field, damage) in cases {
            var proto = Fixture.hello.proto
            damage(&proto)
            expectRefusal(of: field) { try WorkerMessage(decoding: EnvelopeCoding.encode(.hello(proto))) }
        }
    }

    @Test("a result with an impossible field is refused by that field's name")
    func result() {
        let cases: [(String, (inout ProtoShardResult) -> Void)] = [
            ("shard_result.attempt", { $0.clearAttempt() }),
            ("shard_result.index_steps", { $0.indexSteps = [1, 1] }),
            ("shard_result.index_steps", { $0.indexSteps = [1, 0, 1] }),
            ("shard_result.index_steps", { $0.indexSteps = [1, .max, 1] }),
            ("shard_result.columns", { $0.columns = [] }),
            ("shard_result.columns", { $0.columns[0].name = "nll" }),
            ("shard_result.columns.name", { $0.columns[0].name = "" }),
            ("shard_result.columns.name", { $0.columns[0].name = "bits per dim" }),
            ("shard_result.columns.name", { $0.columns[0].name = String(repeating: "b", count: 65) }),
            ("shard_result.columns.name", { $0.columns[0].name = "größe" }),
            ("shard_result.compute_seconds", { $0.computeSeconds = 1e308 }),
            ("shard_result.columns", { $0.columns[0].values.removeLast() }),
            ("shard_result.columns", { $0.columns.append($0.columns[0]) }),
            ("shard_result.compute_seconds", { $0.computeSeconds = .infinity }),
            ("shard_result.non_finite", { $0.nonFinite = 0 }),
        ]
        for (field, damage) in cases {
            var proto = Fixture.result.proto
            damage(&proto)
            expectRefusal(of: field) { try WorkerMessage(decoding: EnvelopeCoding.encode(.shardResult(proto))) }
        }
    }

    @Test("an assignment with an impossible field is refused by that field's name")
    func assignment() {
        let cases: [(String, (inout ProtoAssign) -> Void)] = [
            ("assign.attempt", { $0.clearAttempt() }),
            (
                "assign.model.name",
                {
                    $0.clearModel(); $0.model.conditioning = .label
                }
            ),
            ("assign.model.digest", { $0.model.digest = Data(count: 31) }),
            ("assign.model.conditioning", { $0.model.conditioning = .unspecified }),
            ("assign.model.conditioning", { $0.model.conditioning = .UNRECOGNIZED(9) }),
            ("assign.model.estimate.kind", { $0.model.estimate.kind = .UNRECOGNIZED(9) }),
            ("assign.model.estimate.draws", { $0.model.estimate.draws = 0 }),
            ("assign.model.estimate.draws", { $0.model.estimate.draws = 1025 }),
            ("assign.model.estimate.dequantisation", { $0.model.estimate.dequantisation = .UNRECOGNIZED(9) }),
            ("assign.model.checkpoint", { $0.model.checkpoint = String(repeating: "p", count: 4097) }),
            ("assign.dataset.source", { $0.dataset.source = nil }),
            ("assign.dataset.idx.labels", { $0.dataset.idx.images = "i" }),
            ("assign.dataset.split", { $0.dataset.split = "" }),
            ("assign.transform", { $0.transform.name = "teleport" }),
            ("assign.transform", { $0.transform.parameters = "dx=1" }),
            ("assign.index_steps", { $0.indexSteps = [] }),
        ]
        for (field, damage) in cases {
            var proto = Fixture.assignment.proto
            damage(&proto)
            expectRefusal(of: field) { try CoordinatorMessage(decoding: EnvelopeCoding.encode(.assign(proto))) }
        }
    }

    @Test("a batch of results with an impossible field is refused by that field's name")
    func resultBatch() throws {
        let cases: [(String, (inout ProtoResultGroup) -> Void)] = [
            ("shard_result.attempt", { $0.clearAttempts() }),
            ("shard_result.attempt", { $0.attempts.cell = Data(count: 15) }),
            ("shard_result.attempt", { $0.attempts.gaps = [] }),
            ("shard_result.attempt", { $0.attempts.gaps[0] = -1 }),
            ("shard_result.attempt", { $0.attempts.gaps[1] = .max }),
            ("shard_result.attempt", { $0.attempts.gaps[1] = .min }),
            ("shard_result.attempt", { $0.attempts.counts[0] = 0 }),
            ("shard_result.attempt", { $0.attempts.counts[0] = .max }),
            ("shard_result.attempt", { $0.attempts.counts.removeLast() }),
            ("shard_result.attempt", { $0.attempts.numbers[1] = 0 }),
            ("shard_result.attempt", { $0.attempts.numbers.append(1) }),
            ("result_batch", { $0.attempts.counts = [65_536, 1] }),
            ("shard_result.indices", { $0.clearIndices() }),
            ("shard_result.indices", { $0.indices.lengths[0] = .max }),
            ("shard_result.indices", { $0.indices.lengths.removeLast() }),
            ("shard_result.indices", { $0.indices.lengths[1] = 0 }),
            ("shard_result.indices", { $0.indices.gaps[0] = -1 }),
            ("shard_result.indices", { $0.indices.gaps[1] = .max }),
            ("shard_result.indices", { $0.indices.gaps[1] = -1 }),
            ("shard_result.columns", { $0.columns = [] }),
            ("shard_result.columns", { $0.columns[0].values.append(1) }),
            ("shard_result.compute_seconds", { $0.computeSeconds.removeLast() }),
            ("shard_result.compute_seconds", { $0.computeSeconds[1] = -1 }),
            ("shard_result.non_finite", { $0.nonFinite += 1 }),
        ]
        for (field, damage) in cases {
            guard case .resultBatch(var batch) = ProtoEnvelope.OneOf_Kind(reporting: Fixture.results) else { return }
            damage(&batch.groups[0])
            expectRefusal(of: field) { try WorkerMessage(decoding: EnvelopeCoding.encode(.resultBatch(batch))) }
        }
    }

    @Test("a batch of assignments with an impossible field is refused by that field's name")
    func assignBatch() {
        let cases: [(String, (inout ProtoAssignGroup) -> Void)] = [
            ("assign.attempt", { $0.clearAttempts() }),
            ("assign.indices", { $0.indices.gaps[0] = .max }),
            ("assign.model.name", { $0.model.name = "" }),
            ("assign.model.checkpoint_bytes", { $0.model.checkpointBytes = .max }),
            ("assign.dataset.source", { $0.dataset.source = nil }),
            ("assign.dataset.images_file", { $0.dataset.labelsFile = $0.dataset.imagesFile }),
            ("assign.transform", { $0.transform.name = "teleport" }),
        ]
        for (field, damage) in cases {
            var group = ProtoAssignGroup([Fixture.assignment, Fixture.assignment])
            damage(&group)
            var batch = ProtoAssignBatch()
            batch.groups = [group]
            expectRefusal(of: field) { try CoordinatorMessage(decoding: EnvelopeCoding.encode(.assignBatch(batch))) }
        }
    }

    @Test("an artifact's part that does not lie in the artifact is refused", arguments: [0, 4, 9] as [UInt64])
    func artifactChunk(total: UInt64) {
        var chunk = ProtoArtifactChunk()
        chunk.digest = Data(count: 32)
        chunk.offset = total == 9 ? 9 : 2
        chunk.totalBytes = total
        chunk.content = Data(count: 3)
        let field = total == 0 ? "artifact_chunk.offset" : "artifact_chunk.content"
        expectRefusal(of: field) { try CoordinatorMessage(decoding: EnvelopeCoding.encode(.artifactChunk(chunk))) }
    }

    @Test("other messages with impossible fields are refused by those fields' names")
    func others() {
        var welcome = ProtoWelcome()
        welcome.run = "r"
        var request = ProtoSnapshotRequest()
        request.rowLimit = 4097
        var snapshot = ProtoSnapshot()
        snapshot.run = "r"
        snapshot.sweep = "s"
        var heartbeat = ProtoWorkerHeartbeat()
        heartbeat.running = Self.attempt
        heartbeat.imagesDone = 4
        var control = ProtoControlRequest()
        control.command = .plain(.UNRECOGNIZED(9))
        var drain = ProtoControlRequest()
        drain.drain = ""
        var artifact = ProtoArtifactRequest()
        artifact.length = 1 << 21
        var progress = ProtoTrainingProgress()
        progress.steps = UInt64(Int64.max)
        progress.stepsDone = UInt64(Int64.max)
        var offer = ProtoTrainingOffer()
        offer.attempt = TrainingAttempt(training: Digest(of: [1]), number: 1, epoch: 1).proto
        offer.kind = .state
        offer.file = ArtifactReference(digest: Digest(of: [2]), bytes: 1).proto
        offer.steps = UInt64(Int64.max)
        var group = ProtoAttemptGroup([Fixture.assignment.attempt], \.self)
        group.counts = []
        var list = ProtoAttemptList()
        list.groups = [group]
        let cases: [(String, ProtoEnvelope.OneOf_Kind)] = [
            ("welcome.heartbeat_milliseconds", .welcome(welcome)),
            ("snapshot_request.row_limit", .snapshotRequest(request)),
            ("snapshot.state", .snapshot(snapshot)),
            ("worker_heartbeat.images_done", .workerHeartbeat(heartbeat)),
            ("control_request.command", .controlRequest(control)),
            ("control_request.drain", .controlRequest(drain)),
            ("artifact_request.length", .artifactRequest(artifact)),
            ("hand_back.attempts", .handBack(list)),
            ("training_progress.steps", .trainingProgress(progress)),
            ("training_offer.steps", .trainingOffer(offer)),
        ]
        for (field, content) in cases {
            expectRefusal(of: field) {
                let bytes = EnvelopeCoding.encode(content)
                do { _ = try PeerMessage(decoding: bytes) } catch WireError.unexpectedKind {
                    _ = try CoordinatorMessage(decoding: bytes)
                }
            }
        }
    }

    @Test("long texts are cut at a character, and control characters do not come through")
    func texts() throws {
        let long = String(repeating: "é", count: 3000)
        let cut = try WorkerMessage(decoding: WorkerMessage.goodbye(reason: long).encoded())
        #expect(cut == .goodbye(reason: String(repeating: "é", count: 2048)))
        let odd = try WorkerMessage(decoding: WorkerMessage.drain(reason: "a\u{1b}[31m\nb\u{9b}").encoded())
        #expect(odd == .drain(reason: "a\u{FFFD}[31m\nb\u{FFFD}"))
    }

    @Test("a reply's lines are single lines")
    func lines() throws {
        let reply = ControlReply(number: 1, isAccepted: true, text: "a\nb", lines: ["c\td\u{1b}"])
        let read = try CoordinatorMessage(decoding: CoordinatorMessage.controlReply(reply).encoded())
        let lines = ["c\td\u{FFFD}"]
        let expected = ControlReply(number: 1, isAccepted: true, text: "a\u{FFFD}b", lines: lines)
        #expect(read == .controlReply(expected))
    }

    @Test("of a long log the last lines are sent")
    func log() throws {
        let log = (0..<150).map { "line \($0)" }
        let failure = ShardFailure(attempt: Fixture.result.attempt, kind: .engine, message: "m", log: log)
        let read = try WorkerMessage(decoding: WorkerMessage.failure(failure).encoded())
        guard case .failure(let received) = read else {
            Issue.record("not a failure")
            return
        }
        #expect(received.log == Array(log.suffix(100)))
    }

    private func expectRefusal<Result>(of field: String, _ decode: () throws -> Result) {
        let error = #expect(throws: WireError.self, "\(field)") { _ = try decode() }
        guard case .invalidField(field, _) = error else {
            Issue.record("\(field): \(error.map { "\($0)" } ?? "no error")")
            return
        }
    }
}

extension ProtoAttempt {
    fileprivate func with<Value>(_ field: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
        var changed = self
        changed[keyPath: field] = value
        return changed
    }
}
