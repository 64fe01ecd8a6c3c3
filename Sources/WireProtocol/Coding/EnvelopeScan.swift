// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A first look at a message, before anything is allocated for it: which version, which kind, and not too large.
struct EnvelopeScan {
    /// Numbers below are fields of the envelope itself; from here on they are kinds of message.
    private static let firstKind = 10
    private static let envelopeFieldLimit = 16

    private(set) var version = ProtocolVersion(major: 0, minor: 0)
    let kind: MessageKind

    init(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= WireLimits.messageBytes else {
            throw .tooLarge(kind: "a message", found: bytes.count, limit: WireLimits.messageBytes, unit: "bytes")
        }
        var reader = FieldReader(bytes, in: bytes.indices)
        var found: (number: Int, body: Range<Int>)?
        var count = 0
        while let field = try reader.next() {
            count += 1
            guard count <= Self.envelopeFieldLimit else { throw .malformed(reason: "too many fields in its envelope") }
            switch (field.number, field.value) {
            case (1, .integer(let major)): version.major = UInt32(truncatingIfNeeded: major)
            case (2, .integer(let minor)): version.minor = UInt32(truncatingIfNeeded: minor)
            case (Self.firstKind..., .bytes(let body)):
                guard found == nil else { throw .malformed(reason: "more than one message in its envelope") }
                found = (field.number, body)
            case (3..<Self.firstKind, _): break
            default: throw .malformed(reason: "field \(field.number) of its envelope has the wrong type")
            }
        }
        guard let found else { throw .malformed(reason: "its envelope is empty") }
        kind = try Self.kind(found.number, version: version)
        try Self.check(kind, body: FieldReader(bytes, in: found.body), byteCount: found.body.count)
    }

    /// The kind of that number; a refusal is understood in every version, or nobody could be told why.
    private static func kind(_ number: Int, version: ProtocolVersion) throws(WireError) -> MessageKind {
        let kind = MessageKind(rawValue: number)
        guard version.major == ProtocolVersion.current.major || kind == .refuse else {
            throw .incompatible(theirs: version)
        }
        guard let kind else { throw .unknownKind(number: number) }
        return kind
    }

    private static func check(_ kind: MessageKind, body: FieldReader, byteCount: Int) throws(WireError) {
        let limits = kind.limits
        guard byteCount <= limits.bytes else {
            throw .tooLarge(kind: "\(kind)", found: byteCount, limit: limits.bytes, unit: "bytes")
        }
        var body = body
        var count = 0
        var groupFields = 0
        while let field = try body.next() {
            count += 1
            if limits.fieldsInGroups != nil, field.number == 1, case .bytes(let range) = field.value {
                groupFields += try body.inside(range).count()
            }
        }
        try check(count, limit: limits.fields, of: kind)
        try check(groupFields, limit: limits.fieldsInGroups ?? 0, of: kind)
    }

    private static func check(_ count: Int, limit: Int, of kind: MessageKind) throws(WireError) {
        guard count <= limit else { throw .tooLarge(kind: "\(kind)", found: count, limit: limit, unit: "fields") }
    }
}
