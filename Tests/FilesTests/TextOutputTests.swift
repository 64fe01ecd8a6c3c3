// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Files

@Suite("text that is printed")
struct TextOutputTests {
    private let folder: TemporaryFolder
    private let disk = Disk()

    init() throws { folder = try TemporaryFolder() }

    private func output() throws -> TextOutput {
        let file = try Descriptor(opening: folder.path("log"), O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        return TextOutput(file, "log", patience: 0, calls: disk.calls)
    }

    @Test("lines that cannot be written are lost, counted, and told of in the next line that can be")
    func losses() throws {
        let output = try output()
        output.tell("one\n")
        disk.refuse(ENOSPC)
        output.tell("two\nthree\n")
        output.tell("four\n")
        #expect(output.loss == TextOutput.Loss(lines: 3, code: ENOSPC))
        disk.refuse(nil)
        output.tell("five\n") { "(\($0))" }
        output.tell("six\n")
        #expect(
            folder.text("log") == "one\n(3 lines could not be written (No space left on device))\nfive\nsix\n"
        )
    }

    @Test("a line that was cut is ended before another begins")
    func cut() throws {
        let output = try output()
        disk.take(4, then: ENOSPC)
        output.tell("longer\n")
        disk.refuse(nil)
        output.tell("next\n")
        #expect(folder.text("log") == "long\n1 line could not be written (No space left on device)\nnext\n")
    }

    @Test("what a command was started for is an error where it cannot be written")
    func product() throws {
        let output = try output()
        disk.refuse(EPIPE)
        #expect(throws: FileError(path: "log", code: EPIPE)) { try output.write("result\n") }
        #expect(output.loss == nil)
    }

    @Test("interruptions are no failures")
    func interruptions() throws {
        let output = try output()
        disk.interrupt(3)
        try output.write("result\n")
        #expect(folder.text("log") == "result\n")
    }

    @Test("a reader that does not read costs lines, not time, and hears of them when it reads again")
    func stuckReader() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer { for end in ends { close(end) } }
        let output = TextOutput(Descriptor(borrowing: ends[1]), "pipe", patience: 0)
        let begun = ContinuousClock.now
        for _ in 0..<1000 { output.tell(String(repeating: "x", count: 1023) + "\n") }
        #expect(begun.duration(to: .now) < .seconds(5))
        #expect(output.loss?.code == EAGAIN)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        while read(ends[0], &bytes, bytes.count) > 0 {}
        output.tell("back\n")
        let count = read(ends[0], &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        #expect(text.hasSuffix("lines could not be written (nobody reads it)\nback\n"))
    }
}

/// A disk that refuses what a test says.
private final class Disk: Sendable {
    private struct State {
        var refusal: Int32?
        var room = Int.max
        var interruptions = 0
    }

    private let state = Mutex(State())

    func refuse(_ code: Int32?) { state.withLock { $0 = State(refusal: code) } }
    func take(_ bytes: Int, then code: Int32) { state.withLock { $0 = State(refusal: code, room: bytes) } }
    func interrupt(_ times: Int) { state.withLock { $0.interruptions = times } }

    var calls: SystemCalls {
        var calls = SystemCalls.system
        calls.write = { [self] descriptor, bytes in
            let (count, code) = state.withLock { state -> (Int, Int32) in
                if state.interruptions > 0 {
                    state.interruptions -= 1
                    return (0, EINTR)
                }
                guard let refusal = state.refusal else { return (bytes.count, 0) }
                guard state.room < Int.max, state.room > 0 else { return (0, refusal) }
                let count = min(state.room, bytes.count)
                state.room -= count
                return (count, 0)
            }
            guard code == 0 else {
                errno = code
                return -1
            }
            return Glibc.write(descriptor, bytes.baseAddress, count)
        }
        return calls
    }
}
