// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Refusal {
    var proto: ProtoRefuse {
        var proto = ProtoRefuse()
        proto.reason = reason.proto
        proto.text = text.cut()
        return proto
    }

    init(_ proto: ProtoRefuse) throws(WireError) {
        self.init(Reason(proto.reason), text: try FieldCheck.text(proto.text, "refuse.text"))
    }
}

extension Refusal.Reason {
    fileprivate var proto: ProtoRefuse.Reason {
        switch self {
        case .other: .other
        case .protocolVersion: .protocolVersion
        case .numerics: .numerics
        case .malformed: .malformed
        case .unknownPeer: .unknownPeer
        case .identityInUse: .identityInUse
        case .notAllowed: .notAllowed
        case .unknownRun: .unknownRun
        case .quarantined: .quarantined
        }
    }

    fileprivate init(_ proto: ProtoRefuse.Reason) {
        self = Self.allCases.first { $0.proto == proto } ?? .other
    }
}
