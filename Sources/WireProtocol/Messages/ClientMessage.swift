// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a client, such as `coordinator tail`, says to a coordinator.
public enum ClientMessage: Hashable, Sendable {
    /// The wish to see how a run stands; the answer is a `Snapshot` or a `Refusal`.
    case snapshot(SnapshotRequest)

    /// The message's bytes, as one frame of ZeroMQ.
    public func encoded() -> [UInt8] {
        switch self {
        case .snapshot(let request): EnvelopeCoding.encode(.snapshotRequest(request.proto))
        }
    }

    /// Reads a message's bytes.
    ///
    /// - Throws: what is wrong with them; `unexpectedKind` for what no client says.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        self = try ClientMessage(EnvelopeCoding.decode(bytes))
    }

    init(_ decoded: DecodedEnvelope) throws(WireError) {
        guard case .snapshotRequest(let request) = decoded.content else { throw .unexpectedKind("\(decoded.kind)") }
        self = .snapshot(try SnapshotRequest(request))
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
            case .snapshotRequest: .client(try ClientMessage(decoded))
            default: .worker(try WorkerMessage(decoded))
            }
    }
}
