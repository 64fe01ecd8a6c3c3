// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Welcome {
    private static let longestInterval: UInt32 = 3_600_000

    var proto: ProtoWelcome {
        var proto = ProtoWelcome()
        proto.run = run
        proto.epoch = epoch
        proto.heartbeatMilliseconds = heartbeatInterval.wholeMilliseconds
        return proto
    }

    init(_ proto: ProtoWelcome) throws(WireError) {
        guard (1...Self.longestInterval).contains(proto.heartbeatMilliseconds) else {
            throw .invalidField("welcome.heartbeat_milliseconds", reason: "\(proto.heartbeatMilliseconds)")
        }
        self.init(
            run: try FieldCheck.name(proto.run, "welcome.run"),
            epoch: proto.epoch,
            heartbeatInterval: .milliseconds(proto.heartbeatMilliseconds)
        )
    }
}
