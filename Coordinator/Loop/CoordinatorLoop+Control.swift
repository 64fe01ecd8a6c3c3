// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Scheduling
import Vocabulary
import WireProtocol

// Control: what a client asks of the run that goes on.
extension CoordinatorLoop {
    mutating func obey(_ request: ControlRequest, from route: [UInt8]) throws {
        let reply: ControlReply
        if let run = request.run, run != work.run {
            reply = Self.no(request, "run '\(run)' is not going on here; this is run '\(work.run)'")
        } else {
            reply = try obey(request)
        }
        try send(.controlReply(reply), over: route)
    }

    private mutating func obey(_ request: ControlRequest) throws -> ControlReply {
        let phase = core.progress(at: now).phase
        switch request.command {
        case .pause where phase == .running || phase == .paused:
            try tell(.pause(.user))
            note("paused; 'coordinator resume' goes on")
            return Self.yes(request, "run \(work.run) is paused; work in flight comes in")
        case .resume where phase == .running || phase == .paused:
            try tell(.resume(.user))
            note("resumed")
            let full = core.progress(at: now).phase == .paused ? ", and still waits for space on the disk" : ""
            return Self.yes(request, "run \(work.run) goes on\(full)")
        case .cancel where phase != .ended:
            note("cancelled by a client")
            try tell(.cancel)
            return Self.yes(request, "run \(work.run) is cancelled; what is recorded stays in the store")
        case .pause, .resume, .cancel: return Self.no(request, "run \(work.run) is ending (\(phase.rawValue))")
        case .drain(let worker): return try drain(worker, request)
        case .explain(let cell): return explain(cell, request)
        }
    }

    private mutating func drain(_ text: String, _ request: ControlRequest) throws -> ControlReply {
        let found = peers.matching(text)
        guard let peer = found.first else {
            return Self.no(request, "no worker '\(text)'; 'coordinator status' lists them")
        }
        guard found.count == 1 || found.allSatisfy({ $0.hello.host == text }) else {
            let names = found.map { "\($0.hello.host):\($0.hello.process)" }.joined(separator: ", ")
            return Self.no(request, "'\(text)' may be \(names); say which")
        }
        for peer in found {
            try tell(.drain(peer.id))
            try send(.drain(reason: "asked for by a client"), to: peer)
        }
        let who = found.count == 1 ? peer.name : "\(found.count) workers on \(text)"
        note("draining \(who)")
        return Self.yes(request, "\(who): finishes what it has and leaves")
    }

    private func explain(_ text: String, _ request: ControlRequest) -> ControlReply {
        let found = cells.keys.filter { $0.description.hasPrefix(text.lowercased()) }
        guard let cell = found.first, let spec = cells[cell] else {
            if let reply = explainTraining(text, request.number) { return reply }
            return Self.no(
                request,
                "no cell '\(text)' is under way: it is finished, not begun, or not of this run; the store tells. "
                    + "Of a training, 'explain MODEL --live' tells"
            )
        }
        guard found.count == 1, let explanation = core.explain(cell) else {
            return Self.no(request, "\(found.count) cells begin with '\(text)'; give more of the id")
        }
        let peers = peers
        return ControlReply(
            number: request.number,
            isAccepted: true,
            text: "cell \(cell): \(spec.caption)",
            lines: explanation.lines(at: now, naming: { peers[$0]?.name ?? "a worker that left" })
        )
    }

    private static func yes(_ request: ControlRequest, _ text: String) -> ControlReply {
        ControlReply(number: request.number, isAccepted: true, text: text)
    }

    private static func no(_ request: ControlRequest, _ text: String) -> ControlReply {
        ControlReply(number: request.number, isAccepted: false, text: text)
    }
}

extension CellSpec {
    /// The cell in words.
    var caption: String { "\(model) on \(dataset), \(transform), seed \(seed)" }
}

extension CellExplanation {
    /// What is known of the cell, for people.
    fileprivate func lines(at now: Instant, naming name: (WorkerID) -> String) -> [String] {
        var lines = [
            "images: \(images.recorded) recorded, \(images.recording) arriving, \(images.leased) with workers, "
                + "\(images.pending) waiting, \(images.failed) failed",
            isQueued ? "in the queue" : "nothing of it waits in the queue",
        ]
        if checks > 0 { lines.append("\(checks) checks by second workers wait or run") }
        for attempt in attempts {
            let kind = attempt.isCheck ? "check of " : attempt.isSpeculative ? "copy of " : ""
            let age = HumanText.duration(.seconds(now.seconds(since: attempt.since)))
            let state = attempt.isRunning ? "running" : "waiting"
            lines.append(
                "\(state): \(kind)\(attempt.identity) at \(name(attempt.worker)) for \(age)"
                    + (attempt.isAdopted ? ", taken over from an earlier life" : "")
            )
        }
        for failure in failures {
            let ago = HumanText.duration(.seconds(now.seconds(since: failure.ended)))
            lines.append("failed \(ago) ago: \(failure.attempt) on \(failure.host): \(failure.failure.explanation)")
        }
        return lines
    }
}
