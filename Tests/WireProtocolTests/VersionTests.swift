// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import WireProtocol

@Suite
struct VersionTests {
    @Test("another major version is refused with that version, and with what to do", arguments: [0, 2, UInt32.max])
    func major(major: UInt32) {
        var hello = Fixture.hello
        hello.protocolVersion = ProtocolVersion(major: major, minor: 4)
        let bytes = WorkerMessage.hello(hello).encoded()
        let expected = WireError.incompatible(theirs: hello.protocolVersion)
        #expect(throws: expected) { try PeerMessage(decoding: bytes) }
        #expect("\(expected)".contains("\(major).4") && "\(expected)".contains("one release"))
    }

    @Test("a later minor version is understood, and its hello says which it is")
    func minor() throws {
        var hello = Fixture.hello
        hello.protocolVersion.minor = 99
        #expect(try PeerMessage(decoding: WorkerMessage.hello(hello).encoded()) == .worker(.hello(hello)))
    }

    @Test("fields that are not known are passed over, in the envelope and in the message")
    func unknownFields() throws {
        // Envelope: version 1.9, field 5 = 7, heartbeat (13) of 8 bytes: queued = 3, field 100 = "abc".
        let bytes: [UInt8] = [0x08, 1, 0x10, 9, 0x28, 7, 0x6a, 8, 0x08, 3, 0xa2, 0x06, 3, 0x61, 0x62, 0x63]
        #expect(try WorkerMessage(decoding: bytes) == .heartbeat(WorkerHeartbeat(queued: 3)))
    }

    @Test("a kind that is not known is refused by its number")
    func unknownKind() {
        // Envelope: version 1.9, kind 77, empty.
        let bytes: [UInt8] = [0x08, 1, 0x10, 9, 0xea, 0x04, 0]
        #expect(throws: WireError.unknownKind(number: 77)) { try PeerMessage(decoding: bytes) }
    }

    @Test("a refusal is understood whatever version it is written in, and whatever its reason")
    func refusal() throws {
        // Envelope: version 7.0, refusal (90) of 6 bytes: reason = 99, text = "no".
        let bytes: [UInt8] = [0x08, 7, 0x10, 0, 0xd2, 0x05, 6, 0x08, 99, 0x12, 2, 0x6e, 0x6f]
        let expected = Refusal(.other, text: "no")
        #expect(try CoordinatorMessage(decoding: bytes) == .refuse(expected))
        #expect(try WorkerMessage(decoding: bytes) == .refuse(expected))
    }
}
