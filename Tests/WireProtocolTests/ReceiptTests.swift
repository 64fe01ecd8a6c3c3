// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import WireProtocol

@Suite struct ReceiptTests {
    @Test(
        "a message keeps its meaning with a number, which comes back",
        arguments: [0, 1, 0x0123_4567_89ab_cdef, .max]
    )
    func receipt(number: UInt64) throws {
        let message = WorkerMessage.hello(Fixture.hello)
        let bytes = WireReceipt.adding(number, to: message.encoded())
        #expect(try WorkerMessage(decoding: bytes) == message)
        #expect(WireReceipt.read(in: bytes) == number)
    }

    @Test("a message without a number, and bytes that are none, have none")
    func none() {
        #expect(WireReceipt.read(in: WorkerMessage.hello(Fixture.hello).encoded()) == nil)
        for length in 0..<9 {
            #expect(WireReceipt.read(in: [73] + [UInt8](repeating: 1, count: length).dropLast()) == nil)
        }
    }
}
