// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a client, such as `coordinator tail`, says to a coordinator.
public enum ClientMessage: Hashable, Sendable {
    /// The wish to see how a run stands; the answer is a `Snapshot` or a `Refusal`.
    case snapshot(SnapshotRequest)
    /// The wish to change a run, or to have it explained; the answer is a `ControlReply` or a `Refusal`.
    case control(ControlRequest)

    /// The message's bytes, as one frame of ZeroMQ.
    public func encoded() -> [UInt8] {
        switch self {
        case .snapshot(let request): EnvelopeCoding.encode(.snapshotRequest(request.proto))
        case .control(let request): EnvelopeCoding.encode(.controlRequest(request.proto))
        }
    }

    /// Reads a message's bytes.
    ///
    /// - Throws: what is wrong with them; `unexpectedKind` for what no client says.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        self = try ClientMessage(EnvelopeCoding.decode(bytes))
    }

    init(_ decoded: DecodedEnvelope) throws(WireError) {
        switch decoded.content {
        case .snapshotRequest(let request): self = .snapshot(try SnapshotRequest(request))
        case .controlRequest(let request): self = .control(try ControlRequest(request))
        default: throw .unexpectedKind("\(decoded.kind)")
        }
    }
}

/// What arrives at a coordinator's one endpoint, from workers and clients alike.
public enum PeerMessage: Hashable, Sendable {
    /// A worker speaks.
    case worker(WorkerMessage)
    /// A client speaks.
    case client(ClientMessage)

    /// Reads a message's bytes.
    ///
    /// - Throws: what is wrong with them; `unexpectedKind` for what only a coordinator says.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        let decoded = try EnvelopeCoding.decode(bytes)
        self =
            switch decoded.kind {
            case .snapshotRequest, .controlRequest: .client(try ClientMessage(decoded))
            default: .worker(try WorkerMessage(decoded))
            }
    }
}
