// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SwiftProtobuf

/// A message whose bytes are read and whose fields are not checked yet.
struct DecodedEnvelope {
    let version: ProtocolVersion
    let kind: MessageKind
    let content: ProtoEnvelope.OneOf_Kind
}

/// Messages to bytes and back, whatever their kind.
enum EnvelopeCoding {
    static func encode(_ kind: ProtoEnvelope.OneOf_Kind, version: ProtocolVersion = .current) -> [UInt8] {
        var envelope = ProtoEnvelope()
        envelope.major = version.major
        envelope.minor = version.minor
        envelope.kind = kind
        do {
            return try envelope.serializedBytes()
        } catch {
            preconditionFailure("a message without required fields always encodes: \(error)")
        }
    }

    static func decode(_ bytes: [UInt8]) throws(WireError) -> DecodedEnvelope {
        let scan = try EnvelopeScan(bytes)
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 8
        options.discardUnknownFields = true
        let envelope: ProtoEnvelope
        do {
            envelope = try ProtoEnvelope(serializedBytes: bytes, options: options)
        } catch {
            throw .malformed(reason: "its fields do not decode")
        }
        guard let content = envelope.kind else { throw .malformed(reason: "its envelope is empty") }
        return DecodedEnvelope(version: scan.version, kind: scan.kind, content: content)
    }
}

extension ProtoDrain {
    init(_ reason: String, within: Duration? = nil) {
        self.init()
        self.reason = reason.cut()
        if let within { withinMilliseconds = within.wholeMilliseconds }
    }

    var within: Duration? { hasWithinMilliseconds ? .milliseconds(withinMilliseconds) : nil }
}

extension Duration {
    /// Whole milliseconds, rounded down, from 0 to as many as 32 bits can count.
    var wholeMilliseconds: UInt32 {
        let (seconds, attoseconds) = components
        guard seconds < 4_000_000 else { return .max }
        return UInt32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}

extension ProtoGoodbye {
    init(_ reason: String) {
        self.init()
        self.reason = reason.cut()
    }
}
