// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a coordinator says to a worker or a client.
public enum CoordinatorMessage: Hashable, Sendable {
    /// A worker's `Hello` is accepted.
    case welcome(Welcome)
    /// Attempts to compute, in this order; as many as fit by `batches(assigning:)`.
    case assign([Assignment])
    /// The results or failures of these attempts, 4096 at most, are recorded for good; the worker may forget them.
    case acknowledge([AttemptIdentity])
    /// A sign of life.
    case heartbeat(CoordinatorHeartbeat)
    /// These attempts, 4096 at most, are wanted back as far as they are not begun.
    case retract([AttemptIdentity])
    /// The worker is to finish what it has and leave.
    case drain(reason: String)
    /// How a run stands, for a client.
    case snapshot(Snapshot)
    /// What became of a client's wish.
    case controlReply(ControlReply)
    /// A model to train.
    case train(TrainingAssignment)
    /// The training is not the worker's any more; with `saves`, its state is wanted first and the attempt handed back then.
    case stopTraining(TrainingAttempt, saves: Bool)
    /// How much of an offered file is here.
    case uploadReceipt(UploadReceipt)
    /// An offered file is not wanted.
    case uploadRefusal(ArtifactRefusal)
    /// A part of a file that the worker asked for.
    case artifactChunk(ArtifactChunk)
    /// A file that the worker asked for is not handed out.
    case artifactRefusal(ArtifactRefusal)
    /// The coordinator will not work with this worker or client.
    case refuse(Refusal)
    /// The coordinator is gone after this.
    case goodbye(reason: String)

    /// The message's bytes, as one frame of ZeroMQ; texts and pages longer than `WireLimits` allows are cut.
    public func encoded() -> [UInt8] {
        switch self {
        case .welcome(let welcome): EnvelopeCoding.encode(.welcome(welcome.proto))
        case .assign(let assignments): EnvelopeCoding.encode(.init(assigning: assignments))
        case .acknowledge(let attempts): EnvelopeCoding.encode(.acknowledge(ProtoAttemptList(attempts)))
        case .heartbeat(let heartbeat): EnvelopeCoding.encode(.coordinatorHeartbeat(heartbeat.proto))
        case .retract(let attempts): EnvelopeCoding.encode(.retract(ProtoAttemptList(attempts)))
        case .drain(let reason): EnvelopeCoding.encode(.coordinatorDrain(ProtoDrain(reason)))
        case .snapshot(let snapshot): EnvelopeCoding.encode(.snapshot(snapshot.proto))
        case .controlReply(let reply): EnvelopeCoding.encode(.controlReply(reply.proto))
        case .train(let training): EnvelopeCoding.encode(.train(training.proto))
        case .stopTraining(let attempt, let saves): EnvelopeCoding.encode(.trainingStop(.init(attempt, saves: saves)))
        case .uploadReceipt(let receipt): EnvelopeCoding.encode(.uploadReceipt(receipt.proto))
        case .uploadRefusal(let refusal): EnvelopeCoding.encode(.uploadRefusal(refusal.proto))
        case .artifactChunk(let chunk): EnvelopeCoding.encode(.artifactChunk(chunk.proto))
        case .artifactRefusal(let refusal): EnvelopeCoding.encode(.artifactRefusal(refusal.proto))
        case .refuse(let refusal): EnvelopeCoding.encode(.refuse(refusal.proto))
        case .goodbye(let reason): EnvelopeCoding.encode(.goodbye(ProtoGoodbye(reason)))
        }
    }

    /// Reads a message's bytes.
    ///
    /// - Throws: what is wrong with them; `unexpectedKind` for what no coordinator says.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let decoded = try EnvelopeCoding.decode(bytes)
        switch decoded.content {
        case .welcome(let welcome): self = .welcome(try Welcome(welcome))
        case .assign(let assign): self = .assign([try Assignment(assign)])
        case .assignBatch(let batch): self = .assign(try Assignment.list(batch))
        case .acknowledge(let list): self = .acknowledge(try AttemptIdentity.list(list, "acknowledge.attempts"))
        case .coordinatorHeartbeat(let heartbeat): self = .heartbeat(CoordinatorHeartbeat(epoch: heartbeat.epoch))
        case .retract(let list): self = .retract(try AttemptIdentity.list(list, "retract.attempts"))
        case .coordinatorDrain(let drain):
            self = .drain(reason: try FieldCheck.text(drain.reason, "coordinator_drain.reason"))
        case .snapshot(let snapshot): self = .snapshot(try Snapshot(snapshot))
        case .controlReply(let reply): self = .controlReply(try ControlReply(reply))
        case .train(let training): self = .train(try TrainingAssignment(training))
        case .trainingStop(let stop):
            self = .stopTraining(try TrainingAttempt(stop.attempt, "training_stop.attempt"), saves: stop.saves)
        case .uploadReceipt(let receipt): self = .uploadReceipt(try UploadReceipt(receipt))
        case .uploadRefusal(let refusal): self = .uploadRefusal(try ArtifactRefusal(refusal))
        case .artifactChunk(let chunk): self = .artifactChunk(try ArtifactChunk(chunk))
        case .artifactRefusal(let refusal): self = .artifactRefusal(try ArtifactRefusal(refusal))
        case .refuse(let refuse): self = .refuse(try Refusal(refuse))
        case .goodbye(let goodbye): self = .goodbye(reason: try FieldCheck.text(goodbye.reason, "goodbye.reason"))
        default: throw .unexpectedKind("\(decoded.kind)")
        }
    }
}
