// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension ArtifactReference {
    var proto: ProtoArtifactReference {
        var proto = ProtoArtifactReference()
        proto.digest = .init(digest.bytes)
        proto.bytes = UInt64(clamping: bytes)
        return proto
    }

    init(_ proto: ProtoArtifactReference, _ field: StaticString) throws(WireError) {
        self.init(
            digest: try FieldCheck.digest(proto.digest, field),
            bytes: try FieldCheck.count(proto.bytes, field, limit: WireLimits.artifactBytes)
        )
    }
}

extension ArtifactRequest {
    var proto: ProtoArtifactRequest {
        var proto = ProtoArtifactRequest()
        proto.digest = .init(digest.bytes)
        proto.offset = UInt64(clamping: offset)
        proto.length = UInt32(clamping: min(length, WireLimits.artifactChunkBytes))
        return proto
    }

    init(_ proto: ProtoArtifactRequest) throws(WireError) {
        guard (1...WireLimits.artifactChunkBytes).contains(Int(proto.length)) else {
            let reason = "\(proto.length); 1 to \(WireLimits.artifactChunkBytes) bytes are possible"
            throw .invalidField("artifact_request.length", reason: reason)
        }
        self.init(
            digest: try FieldCheck.digest(proto.digest, "artifact_request.digest"),
            offset: try FieldCheck.count(
                proto.offset,
                "artifact_request.offset",
                limit: WireLimits.artifactBytes
            ),
            length: Int(proto.length)
        )
    }
}

extension ArtifactChunk {
    var proto: ProtoArtifactChunk {
        precondition(bytes.count <= WireLimits.artifactChunkBytes, "larger parts go in several messages")
        var proto = ProtoArtifactChunk()
        proto.digest = .init(digest.bytes)
        proto.offset = UInt64(clamping: offset)
        proto.totalBytes = UInt64(clamping: totalBytes)
        proto.content = Data(bytes)
        return proto
    }

    init(_ proto: ProtoArtifactChunk) throws(WireError) {
        let limit = WireLimits.artifactBytes
        let total = try FieldCheck.count(proto.totalBytes, "artifact_chunk.total_bytes", limit: limit)
        let offset = try FieldCheck.count(proto.offset, "artifact_chunk.offset", limit: total)
        let length = proto.content.count
        guard length <= min(WireLimits.artifactChunkBytes, total - offset), length > 0 || offset == total else {
            let reason = "\(length) bytes from \(offset) on, of \(total)"
            throw .invalidField("artifact_chunk.content", reason: reason)
        }
        self.init(
            digest: try FieldCheck.digest(proto.digest, "artifact_chunk.digest"),
            offset: offset,
            totalBytes: total,
            bytes: Array(proto.content)
        )
    }
}

extension ArtifactRefusal {
    var proto: ProtoArtifactRefusal {
        var proto = ProtoArtifactRefusal()
        proto.digest = .init(digest.bytes)
        proto.reason = reason.cut()
        return proto
    }

    init(_ proto: ProtoArtifactRefusal) throws(WireError) {
        self.init(
            digest: try FieldCheck.digest(proto.digest, "artifact_refusal.digest"),
            reason: try FieldCheck.text(proto.reason, "artifact_refusal.reason")
        )
    }
}
