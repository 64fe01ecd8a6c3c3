// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import WireProtocol

@testable import Coordinator

/// How much is sent to those who do not read.
@Suite("Messages that nobody has read")
struct UnreadMessagesTests {
    /// A class, because `#expect` does not take mutating calls.
    private final class Box {
        var unread = UnreadMessages()

        func reserve(_ bytes: Int, over route: [UInt8], of owner: String = "a") -> Bool {
            unread.reserve(AnswerRoom(route: route, owner: owner, bytes: bytes), at: Instant())
        }
    }

    /// An envelope of 1 MiB with a field that nobody knows.
    private static let large = [0x1A, 0xFC, 0xFF, 0x3F] + [UInt8](repeating: 7, count: (1 << 20) - 4)

    @Test("a connection gets as much as it may leave unread, and more when it says what it has read")
    func connection() throws {
        let box = Box()
        let now = Instant()
        var receipts: [UInt64] = []
        for _ in 0..<4 {
            #expect(box.unread.hasRoom(over: [1], of: "a"))
            let sent = box.unread.stamp(Self.large, over: [1], of: "a", at: now)
            receipts.append(try #require(WireReceipt.read(in: sent)))
        }
        #expect(!box.unread.hasRoom(over: [1], of: "a"))
        #expect(!box.reserve(1, over: [1], of: "a"))
        #expect(box.unread.hasRoom(over: [2], of: "a"))
        box.unread.note(receipts[0] &+ 1, over: [1], at: now)
        #expect(!box.reserve(1, over: [1], of: "a"))
        box.unread.note(receipts[2], over: [1], at: now)
        #expect(box.unread.bytes == 1 << 20)
        #expect(box.reserve(3 << 20, over: [1], of: "a"))
        #expect(!box.reserve(1, over: [1], of: "a"))
        box.unread.release(AnswerRoom(route: [1], owner: "a", bytes: 3 << 20))
        box.unread.note(receipts[3], over: [1], at: now)
        #expect(box.unread.bytes == 0)
    }

    @Test("small messages go as they are and do not count")
    func small() {
        let box = Box()
        let message = [UInt8](repeating: 1, count: UnreadMessages.smallest - 1)
        #expect(box.unread.stamp(message, over: [1], of: "a", at: Instant()) == message)
        #expect(box.unread.bytes == 0)
    }

    @Test("what could not be sent, or went over a connection that is gone, does not count")
    func unsent() {
        let box = Box()
        _ = box.unread.stamp(Self.large, over: [1], of: "a", at: Instant())
        box.unread.unsend(over: [1])
        _ = box.unread.stamp(Self.large, over: [2], of: "a", at: Instant())
        box.unread.forget([2])
        #expect(box.unread.bytes == 0)
    }

    @Test("one owner's connections leave room for others, and all of them together have an end")
    func owners() {
        let box = Box()
        var route: UInt8 = 0
        func fill(_ owner: String) {
            while box.reserve(4 << 20, over: [route], of: owner) { route += 1 }
        }
        fill("a")
        #expect(box.unread.bytes == UnreadMessages.mostOfOwner)
        fill("b")
        #expect(box.unread.bytes == UnreadMessages.mostOfAll)
        #expect(!box.reserve(4 << 20, over: [255], of: "c"))
    }

    @Test("a silent connection counts no more for others after a minute, and gets nothing itself")
    func silence() {
        let box = Box()
        let sent = box.unread.stamp(
            Self.large + Self.large + Self.large + Self.large,
            over: [1],
            of: "a",
            at: Instant()
        )
        let later = Instant().advanced(by: UnreadMessages.patience + .seconds(1))
        box.unread.expire(at: later)
        #expect(box.unread.bytes == 0)
        #expect(!box.unread.hasRoom(over: [1], of: "a"))
        box.unread.note(WireReceipt.read(in: sent), over: [1], at: later)
        #expect(box.unread.hasRoom(over: [1], of: "a"))
        #expect(box.unread.bytes == 0)
    }

    @Test("a quota is each one's and all's")
    func quota() {
        var quota = Quota<Int>(each: 3, all: 5)
        let taken = [(2, 1), (2, 1), (3, 2), (1, 3)].map { quota.take($0.0, for: $0.1) }
        #expect(taken == [true, false, true, false])
        quota.give(2, of: 1)
        #expect(quota.total == 3)
        let isTaken = quota.take(2, for: 3)
        #expect(isTaken)
    }
}
