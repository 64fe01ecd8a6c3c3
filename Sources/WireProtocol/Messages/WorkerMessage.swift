// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import SweepPlan

/// What a worker says to its coordinator.
public enum WorkerMessage: Hashable, Sendable {
    /// Who it is and what it holds; first on every connection.
    case hello(Hello)
    /// What an attempt gave.
    case result(ShardResult)
    /// Why an attempt gave nothing.
    case failure(ShardFailure)
    /// A sign of life.
    case heartbeat(WorkerHeartbeat)
    /// These attempts, 4096 at most, will not be computed here: they were retracted, or the worker is leaving.
    case handBack([AttemptIdentity])
    /// The worker finishes what it has and wants nothing new.
    case drain(reason: String)
    /// The worker will not work for this coordinator.
    case refuse(Refusal)
    /// The worker, or a client, is gone after this.
    case goodbye(reason: String)

    /// The message's bytes, as one frame of ZeroMQ; texts longer than `WireLimits` allows are cut.
    public func encoded() -> [UInt8] {
        switch self {
        case .hello(let hello): EnvelopeCoding.encode(.hello(hello.proto), version: hello.protocolVersion)
        case .result(let result): EnvelopeCoding.encode(.shardResult(result.proto))
        case .failure(let failure): EnvelopeCoding.encode(.shardFailure(failure.proto))
        case .heartbeat(let heartbeat): EnvelopeCoding.encode(.workerHeartbeat(heartbeat.proto))
        case .handBack(let attempts): EnvelopeCoding.encode(.handBack(ProtoAttemptList(attempts)))
        case .drain(let reason): EnvelopeCoding.encode(.workerDrain(ProtoDrain(reason)))
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
        case .shardResult(let result): self = .result(try ShardResult(result))
        case .shardFailure(let failure): self = .failure(try ShardFailure(failure))
        case .workerHeartbeat(let heartbeat): self = .heartbeat(try WorkerHeartbeat(heartbeat))
        case .handBack(let list): self = .handBack(try AttemptIdentity.list(list.attempts, "hand_back.attempts"))
        case .workerDrain(let drain): self = .drain(reason: try FieldCheck.text(drain.reason, "worker_drain.reason"))
        case .refuse(let refuse): self = .refuse(try Refusal(refuse))
        case .goodbye(let goodbye): self = .goodbye(reason: try FieldCheck.text(goodbye.reason, "goodbye.reason"))
        default: throw .unexpectedKind("\(decoded.kind)")
        }
    }
}
