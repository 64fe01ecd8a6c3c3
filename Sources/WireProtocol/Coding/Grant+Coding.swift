// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension Grant {
    var proto: ProtoGrant {
        var proto = ProtoGrant()
        proto.attempts = ProtoAttemptGroup(attempts[...], \.self)
        proto.mark = Data(mark)
        return proto
    }

    init(_ proto: ProtoGrant, _ field: StaticString) throws(WireError) {
        self.init(
            attempts: try AttemptIdentity.list(proto.attempts, field, limit: WireLimits.attemptsPerGrant),
            mark: try Grant.mark(proto.mark, field)
        )
    }

    /// A mark.
    static func mark(_ bytes: Data, _ field: StaticString) throws(WireError) -> [UInt8] {
        guard bytes.count == WireLimits.markBytes else {
            throw .invalidField("\(field)", reason: "a mark of \(bytes.count) bytes; it has \(WireLimits.markBytes)")
        }
        return [UInt8](bytes)
    }

    /// A mark, or none where there are no bytes.
    static func optionalMark(_ bytes: Data, _ field: StaticString) throws(WireError) -> [UInt8]? {
        bytes.isEmpty ? nil : try mark(bytes, field)
    }
}

extension [Assignment] {
    /// With a grant for each, as they are grouped in one message.
    func granted(_ mark: ([AttemptIdentity]) -> [UInt8]) -> [Assignment] {
        var granted: [Assignment] = []
        granted.reserveCapacity(count)
        for group in runs(areAlike: { $0.isOfGroup(of: $1) }) {
            for part in group.parts(of: WireLimits.attemptsPerGrant) {
                let attempts = part.map(\.attempt)
                let grant = Grant(attempts: attempts, mark: mark(attempts))
                for var assignment in part {
                    assignment.grant = grant
                    granted.append(assignment)
                }
            }
        }
        return granted
    }
}

extension ArraySlice<Assignment> {
    /// The marks of one group, one after another; none where an assignment has none.
    var marks: Data {
        var marks = Data()
        for part in parts(of: WireLimits.attemptsPerGrant) {
            guard let mark = part.first?.grant?.mark else { return Data() }
            marks += mark
        }
        return marks
    }

    /// Slices of `size`, the last one shorter where it must be.
    fileprivate func parts(of size: Int) -> [ArraySlice<Assignment>] {
        stride(from: startIndex, to: endIndex, by: size).map { self[$0..<Swift.min($0 + size, endIndex)] }
    }
}

/// The grants of the attempts of one group.
struct GroupGrants {
    private var grants: [Grant] = []

    /// Reads the marks of `attempts`; none where there are no bytes.
    init(_ marks: Data, of attempts: [AttemptIdentity], _ field: StaticString) throws(WireError) {
        guard !marks.isEmpty else { return }
        let size = WireLimits.attemptsPerGrant
        let count = (attempts.count + size - 1) / size
        guard marks.count == count * WireLimits.markBytes else {
            throw .invalidField("\(field)", reason: "\(marks.count) bytes of marks for \(attempts.count) attempts")
        }
        let bytes = [UInt8](marks)
        grants = (0..<count).map { number in
            let mark = bytes[number * WireLimits.markBytes..<(number + 1) * WireLimits.markBytes]
            let part = attempts[number * size..<min((number + 1) * size, attempts.count)]
            return Grant(attempts: Array(part), mark: Array(mark))
        }
    }

    /// The grant of the attempt at this position of the group.
    func grant(at position: Int) -> Grant? {
        grants.isEmpty ? nil : grants[position / WireLimits.attemptsPerGrant]
    }
}
