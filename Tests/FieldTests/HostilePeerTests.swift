// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireProtocol

@Suite("A peer of one's own making", .timeLimit(.minutes(2)))
struct HostilePeerTests {
    @Test("a peer that says hello as a worker does is welcomed and given work")
    func welcome() async throws {
        let sweep = try SmallSweep(perClass: 2)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        let epoch: UInt64? = try await peer.first { if case .welcome(let welcome) = $0 { welcome.epoch } else { nil } }
        #expect(epoch != nil)
        let assigned: Int? = try await peer.first { if case .assign(let list) = $0 { list.count } else { nil } }
        #expect((assigned ?? 0) > 0)
    }
}
