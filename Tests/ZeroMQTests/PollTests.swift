// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct PollTests {
    @Test("a wait ends after its time-out with nothing ready")
    func timeout() throws {
        let loopback = try Loopback()
        let start = ContinuousClock.now
        let ready = try loopback.router.poll(wakeup: Wakeup(), timeout: .milliseconds(30))
        #expect(!ready.readable && !ready.writable && !ready.woken)
        #expect(ContinuousClock.now - start >= .milliseconds(29))
    }

    @Test("a wake-up from another thread ends an endless wait, once for all signals before it")
    func wakeup() throws {
        let loopback = try Loopback()
        let wakeup = try Wakeup()
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) {
            for _ in 0..<10 { wakeup.signal() }
        }
        let ready = try loopback.router.poll(wakeup: wakeup, timeout: nil)
        #expect(ready.woken && !ready.readable)
        // Signals may still be on their way when the first has woken the loop; in the end none is left.
        var again = true
        while again { again = try loopback.router.poll(wakeup: wakeup, timeout: .milliseconds(50)).woken }
        #expect(!wakeup.clear())
    }

    @Test("a signal that was given before the wait is not lost")
    func earlySignal() throws {
        let loopback = try Loopback()
        let wakeup = try Wakeup()
        wakeup.signal()
        let ready = try loopback.router.poll(wakeup: wakeup, timeout: nil)
        #expect(ready.woken)
    }

    @Test("a message that is left unread ends every wait")
    func levelTriggered() throws {
        var loopback = try Loopback()
        _ = try loopback.dealer.send(Message([1]))
        for _ in 0..<3 {
            let ready = try loopback.router.poll(timeout: .seconds(10))
            #expect(ready.readable && !ready.writable)
        }
        _ = try #require(try loopback.router.receive())
        let ready = try loopback.router.poll(timeout: .zero)
        #expect(!ready.readable)
    }
}
