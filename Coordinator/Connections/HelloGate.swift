// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import WireProtocol

/// How often, and as how many workers, peers may introduce themselves.
struct HelloGate {
    /// What to do with a hello.
    enum Verdict {
        case admit
        /// Nothing: the worker says it again after a while.
        case ignore
        case refuse(Refusal)
    }

    /// Workers of one owner of connections, and of all, that may be here.
    static let mostOfOwner = 8192
    static let mostOfAll = 16_384
    /// Workers of one owner, and of all, that may come in the course of a run: each identity is kept to its end.
    static let mostEverOfOwner = 50_000
    static let mostEverOfAll = 100_000

    private var ofConnection = Allowances<[UInt8]>(burst: 16, perSecond: 2)
    private var ofOwner = Allowances<String>(burst: mostOfOwner, perSecond: 50)
    private var ofAll: Allowance
    private var here = Quota<String>(each: mostOfOwner, all: mostOfAll)
    private var ever = Quota<String>(each: mostEverOfOwner, all: mostEverOfAll)

    init(at now: Instant) {
        ofAll = Allowance(burst: Self.mostOfAll, perSecond: 100, at: now)
    }

    /// Whether a hello may be heard; `present` is the worker that speaks over its connection so far.
    mutating func judge(
        _ hello: Hello,
        over route: [UInt8],
        of owner: String,
        present: Peer?,
        at now: Instant
    ) -> Verdict {
        guard ofConnection.take(for: route, at: now), ofOwner.take(for: owner, at: now), ofAll.take(at: now) else {
            return .ignore
        }
        if let present, present.hello.worker != hello.worker {
            return .refuse(Refusal(.identityInUse, text: "this connection is another worker's; make one of your own"))
        }
        return .admit
    }

    /// Counts a worker that comes, which `isKnown` when it was here before; a refusal where there are too many.
    mutating func admit(of owner: String, isKnown: Bool) -> Refusal? {
        guard here.allows(1, for: owner) else {
            return Refusal(.other, text: "\(here.amount(of: owner)) workers of this key, \(here.total) in all are here")
        }
        guard isKnown || ever.take(1, for: owner) else {
            return Refusal(.other, text: "too many workers have come and gone in this run; start it again to go on")
        }
        here.add(1, for: owner)
        return nil
    }

    /// Counts a worker that went.
    mutating func leave(of owner: String) { here.give(1, of: owner) }
}
