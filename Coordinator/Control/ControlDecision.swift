// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// What a client's request comes to: what is done, in this order, and then what the client is told.
struct ControlDecision {
    /// Something that is done.
    enum Step {
        case tell(SchedulingCore.Event)
        case note(String)
        case send(CoordinatorMessage, to: WorkerID)
    }

    var steps: [Step] = []
    var reply: ControlReply
}

/// How a run stands, for deciding what clients ask for; it changes nothing itself.
struct ControlContext {
    let run: String
    let sweep: String
    let now: Instant
    let progress: RunProgress
    let peers: Peers
    let cells: CellSupply
    let trainings: TrainingRegister

    /// What `request` comes to; `explain` tells what the scheduler knows of a cell.
    func decide(_ request: ControlRequest, explain: (CellID) -> CellExplanation?) -> ControlDecision {
        if let wanted = request.run, !RunName(wanted).fits(run: run, of: sweep) {
            return no(request, "run '\(wanted)' is not going on here; this is run '\(run)'")
        }
        let isGoingOn = progress.phase == .running || progress.phase == .paused
        switch request.command {
        case .pause where isGoingOn:
            let steps: [ControlDecision.Step] = [
                .tell(.pause(.user)), .note("paused; 'coordinator resume' goes on"),
            ]
            return yes(request, "run \(run) is paused; work in flight comes in", steps)
        case .resume where isGoingOn:
            let waits = progress.pauseReasons.contains(.disk) ? ", as soon as its store can be used again" : ""
            return yes(request, "run \(run) goes on\(waits)", [.tell(.resume(.user)), .note("resumed")])
        case .cancel where progress.phase != .ended:
            let steps: [ControlDecision.Step] = [.note("cancelled by a client"), .tell(.cancel)]
            return yes(request, "run \(run) is cancelled; what is recorded stays in the store", steps)
        case .pause, .resume, .cancel:
            return no(request, "run \(run) is ending (\(progress.phase.rawValue))")
        case .drain(let worker): return drain(worker, request)
        case .explain(let cell): return self.explain(cell, request, explain)
        }
    }

    private func drain(_ text: String, _ request: ControlRequest) -> ControlDecision {
        let found = peers.matching(text)
        guard let peer = found.first else {
            return no(request, "no worker '\(text)'; 'coordinator status' lists them")
        }
        guard found.count == 1 || found.allSatisfy({ $0.hello.host == text }) else {
            let names = found.map { "\($0.hello.host):\($0.hello.process)" }.joined(separator: ", ")
            return no(request, "'\(text)' may be \(names); say which")
        }
        let who = found.count == 1 ? peer.name : "\(counted(found.count, "worker")) on \(text)"
        let steps: [ControlDecision.Step] = found.flatMap { peer -> [ControlDecision.Step] in
            [.tell(.drain(peer.id)), .send(.drain(reason: "asked for by a client"), to: peer.id)]
        }
        return yes(request, "\(who): finishes what it has and leaves", steps + [.note("draining \(who)")])
    }

    private func explain(
        _ text: String,
        _ request: ControlRequest,
        _ explain: (CellID) -> CellExplanation?
    ) -> ControlDecision {
        let name: CellName
        do throws(CellFilterError) {
            name = try CellName(parsing: text)
        } catch {
            return no(request, "\(error)")
        }
        let found = cells.matching(name)
        guard let (cell, spec) = found.first else {
            if let (line, lines) = trainings.explain(text, progress, peers, at: now) {
                return yes(request, line, lines: lines)
            }
            return no(
                request,
                "no cell '\(text)' is under way: it is finished, not begun, or not of this run; the store tells. "
                    + "Of a training, 'explain MODEL --live' tells"
            )
        }
        guard found.count == 1, let explanation = explain(cell) else {
            return no(request, "'\(text)' is \(counted(found.count, "cell")); give more words, or more of the id")
        }
        let lines = explanation.lines(at: now, naming: { peers[$0]?.name ?? "a worker that left" })
        return yes(request, "cell \(cell): \(spec.caption)", lines: lines)
    }

    private func yes(
        _ request: ControlRequest,
        _ text: String,
        _ steps: [ControlDecision.Step] = [],
        lines: [String] = []
    ) -> ControlDecision {
        let reply = ControlReply(number: request.number, isAccepted: true, text: text, lines: lines)
        return ControlDecision(steps: steps, reply: reply)
    }

    private func no(_ request: ControlRequest, _ text: String) -> ControlDecision {
        ControlDecision(reply: ControlReply(number: request.number, isAccepted: false, text: text))
    }
}
