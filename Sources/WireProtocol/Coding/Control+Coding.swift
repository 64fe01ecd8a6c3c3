// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension ControlRequest {
    var proto: ProtoControlRequest {
        var proto = ProtoControlRequest()
        proto.number = number
        if let run { proto.run = run }
        proto.command =
            switch command {
            case .pause: .plain(.pause)
            case .resume: .plain(.resume)
            case .cancel: .plain(.cancel)
            case .drain(let worker): .drain(worker)
            case .explain(let cell): .explain(cell)
            }
        return proto
    }

    init(_ proto: ProtoControlRequest) throws(WireError) {
        let command: Command
        switch proto.command {
        case .plain(.pause): command = .pause
        case .plain(.resume): command = .resume
        case .plain(.cancel): command = .cancel
        case .drain(let worker): command = .drain(worker: try FieldCheck.name(worker, "control_request.drain"))
        case .explain(let cell): command = .explain(cell: try FieldCheck.name(cell, "control_request.explain"))
        case .plain, nil: throw .invalidField("control_request.command", reason: "missing or unknown")
        }
        let run = proto.hasRun ? try FieldCheck.name(proto.run, "control_request.run") : nil
        self.init(command, number: proto.number, run: run)
    }
}

extension ControlReply {
    var proto: ProtoControlReply {
        var proto = ProtoControlReply()
        proto.number = number
        proto.accepted = isAccepted
        proto.text = text.cut(to: WireLimits.lineBytes)
        proto.lines = lines.prefix(WireLimits.replyLines).map { $0.cut(to: WireLimits.lineBytes) }
        return proto
    }

    init(_ proto: ProtoControlReply) throws(WireError) {
        self.init(
            number: proto.number,
            isAccepted: proto.accepted,
            text: try FieldCheck.line(proto.text, "control_reply.text"),
            lines: try FieldCheck.lines(proto.lines, "control_reply.lines", limit: WireLimits.replyLines)
        )
    }
}
