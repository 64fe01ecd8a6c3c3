// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a worker says to its coordinator.
public enum WorkerMessage: Hashable, Sendable {
    /// Who it is and what it holds; first on every connection.
    case hello(Hello)
    /// What attempts gave; as many as fit by `batches(reporting:)`.
    case results([ShardResult])
    /// Why an attempt gave nothing.
    case failure(ShardFailure)
    /// A sign of life.
    case heartbeat(WorkerHeartbeat)
    /// These attempts, 4096 at most, will not be computed here: they were retracted, or the worker is leaving.
    case handBack([AttemptIdentity])
    /// The worker finishes what it has, and wants nothing new; where `within` is given, it is gone after that time.
    case drain(reason: String, within: Duration? = nil)
    /// How far a training is.
    case trainingProgress(TrainingReport)
    /// A file of a training is there; the answer is an `UploadReceipt` or a refusal.
    case trainingOffer(TrainingOffer)
    /// A part of an offered file that the coordinator asked for with its receipt.
    case uploadChunk(ArtifactChunk)
    /// A training is over here, without a model.
    case trainingEnd(TrainingEnd)
    /// A part of a file is wanted; the answer is an `ArtifactChunk` or an `ArtifactRefusal`.
    case artifactRequest(ArtifactRequest)
    /// The worker will not work for this coordinator.
    case refuse(Refusal)
    /// The worker, or a client, is gone after this.
    case goodbye(reason: String)

    /// The message's bytes, as one frame of ZeroMQ; texts longer than `WireLimits` allows are cut.
    public func encoded() -> [UInt8] {
        switch self {
        case .hello(let hello): EnvelopeCoding.encode(.hello(hello.proto), version: hello.protocolVersion)
        case .results(let results): EnvelopeCoding.encode(.init(reporting: results))
        case .failure(let failure): EnvelopeCoding.encode(.shardFailure(failure.proto))
        case .heartbeat(let heartbeat): EnvelopeCoding.encode(.workerHeartbeat(heartbeat.proto))
        case .handBack(let attempts): EnvelopeCoding.encode(.handBack(ProtoAttemptList(attempts)))
        case .drain(let reason, let within): EnvelopeCoding.encode(.workerDrain(ProtoDrain(reason, within: within)))
        case .trainingProgress(let progress): EnvelopeCoding.encode(.trainingProgress(progress.proto))
        case .trainingOffer(let offer): EnvelopeCoding.encode(.trainingOffer(offer.proto))
        case .uploadChunk(let chunk): EnvelopeCoding.encode(.uploadChunk(chunk.proto))
        case .trainingEnd(let end): EnvelopeCoding.encode(.trainingEnd(end.proto))
        case .artifactRequest(let request): EnvelopeCoding.encode(.artifactRequest(request.proto))
        case .refuse(let refusal): EnvelopeCoding.encode(.refuse(refusal.proto))
        case .goodbye(let reason): EnvelopeCoding.encode(.goodbye(ProtoGoodbye(reason)))
        }
    }

    /// Reads a message's bytes.
    ///
    /// - Throws: what is wrong with them; `unexpectedKind` for what no worker says.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        self = try WorkerMessage(EnvelopeCoding.decode(bytes))
    }

    init(_ decoded: DecodedEnvelope) throws(WireError) {
        switch decoded.content {
        case .hello(let hello): self = .hello(try Hello(hello, version: decoded.version))
        case .shardResult(let result): self = .results([try ShardResult(result)])
        case .resultBatch(let batch): self = .results(try ShardResult.list(batch))
        case .shardFailure(let failure): self = .failure(try ShardFailure(failure))
        case .workerHeartbeat(let heartbeat): self = .heartbeat(try WorkerHeartbeat(heartbeat))
        case .handBack(let list): self = .handBack(try AttemptIdentity.list(list, "hand_back.attempts"))
        case .workerDrain(let drain):
            let reason = try FieldCheck.text(drain.reason, "worker_drain.reason")
            self = .drain(reason: reason, within: drain.within)
        case .trainingProgress(let progress): self = .trainingProgress(try TrainingReport(progress))
        case .trainingOffer(let offer): self = .trainingOffer(try TrainingOffer(offer))
        case .uploadChunk(let chunk): self = .uploadChunk(try ArtifactChunk(chunk))
        case .trainingEnd(let end): self = .trainingEnd(try TrainingEnd(end))
        case .artifactRequest(let request): self = .artifactRequest(try ArtifactRequest(request))
        case .refuse(let refuse): self = .refuse(try Refusal(refuse))
        case .goodbye(let goodbye): self = .goodbye(reason: try FieldCheck.text(goodbye.reason, "goodbye.reason"))
        default: throw .unexpectedKind("\(decoded.kind)")
        }
    }
}
