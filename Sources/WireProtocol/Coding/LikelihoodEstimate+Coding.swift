// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension LikelihoodEstimate {
    /// What is not standard; nil where everything is, so that peers of before 1.4 see what they know.
    var proto: ProtoEstimate? {
        guard self != .standard else { return nil }
        var proto = ProtoEstimate()
        if kind != .density { proto.kind = kind.proto }
        if draws != 1 { proto.draws = UInt32(clamping: draws) }
        if dequantisation != .uniform { proto.dequantisation = dequantisation.proto }
        return proto
    }

    init(_ proto: ProtoEstimate, _ field: StaticString) throws(WireError) {
        self = .standard
        if proto.hasKind {
            guard let known = Kind.allCases.first(where: { $0.proto == proto.kind }) else {
                throw .invalidField("\(field).kind", reason: "code \(proto.kind.rawValue) is unknown")
            }
            kind = known
        }
        if proto.hasDraws {
            guard let count = Int(exactly: proto.draws), Self.drawCounts.contains(count) else {
                let reason = "\(proto.draws) is not in 1…\(Self.drawCounts.upperBound)"
                throw .invalidField("\(field).draws", reason: reason)
            }
            draws = count
        }
        guard proto.hasDequantisation else { return }
        guard let known = Dequantisation.allCases.first(where: { $0.proto == proto.dequantisation }) else {
            throw .invalidField("\(field).dequantisation", reason: "code \(proto.dequantisation.rawValue) is unknown")
        }
        dequantisation = known
    }
}

extension LikelihoodEstimate.Kind {
    fileprivate var proto: ProtoEstimate.Kind {
        switch self {
        case .density: .density
        case .interval: .interval
        case .external: .external
        case .imported: .imported
        }
    }
}

extension LikelihoodEstimate.Dequantisation {
    fileprivate var proto: ProtoEstimate.Dequantisation {
        switch self {
        case .uniform: .uniform
        case .zero: .zero
        case .centre: .centre
        }
    }
}
