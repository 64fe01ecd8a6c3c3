// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

/// Requests for parts of files that wait until their connections have room for the answers.
///
/// They are served in the order in which they came. Honest workers ask for a few parts at a time; what is beyond the
/// limits is dropped, and its worker asks again.
struct PartRequests {
    /// Requests of one connection and of all that may wait.
    static let mostOfConnection = 32
    static let mostOfAll = 65_536

    private struct Waiting {
        let request: ArtifactRequest
        let peer: Peer
    }

    private var waiting: [Waiting] = []
    private var counts = Quota<[UInt8]>(each: mostOfConnection, all: mostOfAll)

    var count: Int { waiting.count }

    /// Puts a request in line; it is dropped when too many wait.
    mutating func add(_ request: ArtifactRequest, from peer: Peer) {
        if counts.take(1, for: peer.route) { waiting.append(Waiting(request: request, peer: peer)) }
    }

    /// Takes those out of the line for which `admit` gives something, and those whose connection is not here any more.
    mutating func take<Admitted>(
        isHere: (Peer) -> Bool,
        _ admit: (ArtifactRequest, Peer) -> Admitted?
    ) -> [Admitted] {
        var admitted: [Admitted] = []
        var left: [Waiting] = []
        // What waits behind a request of its own connection keeps its place.
        var blocked: Set<[UInt8]> = []
        for one in waiting {
            if isHere(one.peer) {
                guard !blocked.contains(one.peer.route), let answer = admit(one.request, one.peer) else {
                    blocked.insert(one.peer.route)
                    left.append(one)
                    continue
                }
                admitted.append(answer)
            }
            counts.give(1, of: one.peer.route)
        }
        waiting = left
        return admitted
    }
}
