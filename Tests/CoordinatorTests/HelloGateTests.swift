// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

@Suite("Who may say hello, and how often")
struct HelloGateTests {
    private static func hello() -> Hello {
        var random = SystemRandomNumberGenerator()
        return Hello(
            software: "test",
            numericsVersion: 1,
            numericsFingerprint: "f",
            worker: WorkerIdentity(using: &random),
            host: "h",
            process: 1,
            threads: 1,
            instructionSet: "avx2"
        )
    }

    private static func isAdmitted(_ verdict: HelloGate.Verdict) -> Bool {
        if case .admit = verdict { true } else { false }
    }

    @Test("a worker that does not know how a sweep's likelihoods are taken is told so")
    func estimates() {
        var hello = Self.hello()
        #expect(Refusal(estimatesTo: hello) == nil)
        hello.protocolVersion.minor = 3
        let refusal = Refusal(estimatesTo: hello)
        #expect(refusal?.reason == .protocolVersion)
        #expect(refusal?.text.contains("from protocol 1.4 on; you speak 1.3: use one release") == true)
    }

    @Test("a connection may say hello a few times at once, and then now and then")
    func connection() {
        var gate = HelloGate(at: Instant())
        let hello = Self.hello()
        func admitted(_ times: Int, at now: Instant) -> Int {
            (0..<times).count { _ in
                Self.isAdmitted(gate.judge(hello, over: [1], of: "key", present: nil, at: now))
            }
        }
        #expect(admitted(100, at: Instant()) == 16)
        #expect(admitted(100, at: Instant().advanced(by: .seconds(3))) == 6)
    }

    @Test("a key may say hello more often, over however many connections, but not without end")
    func key() {
        var gate = HelloGate(at: Instant())
        let hello = Self.hello()
        func admitted(_ key: String) -> Int {
            (0..<9000).count { number in
                let route = [UInt8(number & 255), UInt8(number >> 8), UInt8(key.count)]
                return Self.isAdmitted(gate.judge(hello, over: route, of: key, present: nil, at: Instant()))
            }
        }
        #expect(["a", "bb", "ccc"].map(admitted) == [HelloGate.mostOfOwner, HelloGate.mostOfOwner, 0])
    }

    @Test("another worker may not speak over a worker's connection")
    func otherIdentity() {
        var gate = HelloGate(at: Instant())
        var peers = Peers()
        let (first, second) = (Self.hello(), Self.hello())
        let peer = peers.welcome(first, from: [1], of: Sender(key: nil, address: ""))
        #expect(Self.isAdmitted(gate.judge(first, over: [1], of: "", present: peer, at: Instant())))
        #expect(!Self.isAdmitted(gate.judge(second, over: [1], of: "", present: peer, at: Instant())))
    }

    @Test("so many workers of a key may be here, and so many may come in all")
    func numbers() {
        var gate = HelloGate(at: Instant())
        let here = (0..<10_000).count { _ in gate.admit(of: "a", isKnown: false) == nil }
        #expect(here == HelloGate.mostOfOwner)
        for _ in 0..<HelloGate.mostOfOwner { gate.leave(of: "a") }
        var came = here
        while gate.admit(of: "a", isKnown: false) == nil {
            gate.leave(of: "a")
            came += 1
        }
        #expect(came == HelloGate.mostEverOfOwner)
        #expect(gate.admit(of: "a", isKnown: true) == nil)
        #expect(gate.admit(of: "b", isKnown: false) == nil)
    }
}
