// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Screens
import TestSupport
import Testing

@Suite("Frames")
struct FrameTests {
    @Test("the changes between any two frames turn a screen that shows one into a screen that shows the other")
    func changes() {
        var random = SplitMix64(seed: 7)
        let size = ScreenSize(width: 20, height: 6)
        let words = ["", "glow", "漢字の名前", "Δ ±", "a b  c", "full-width-line-of-20", "▁▂▃▄▅▆▇█"]
        var terminal = ScreenEmulator(width: size.width, height: size.height)
        var shown: Frame?
        for _ in 0..<300 {
            let lines = (0..<Int(random.next() % 8)).map { _ in
                ScreenLine(words[Int(random.next() % 7)], random.next() % 2 == 0 ? .strong : .normal)
                    + ScreenLine(words[Int(random.next() % 7)], .alarming)
            }
            let frame = Frame(lines, size: size, cursor: random.next() % 4 == 0 ? .init(row: 5, column: 30) : nil)
            terminal.feed(frame.changes(from: shown, coloured: random.next() % 2 == 0))
            shown = frame
            let wanted = frame.lines.map { String(String($0.text.reversed().drop { $0 == " " }).reversed()) }
            #expect(terminal.lines == wanted)
            #expect(terminal.unknown.isEmpty)
            #expect(terminal.showsCursor == (frame.cursor != nil))
        }
    }

    @Test("only lines that differ are written, and nothing where nothing differs")
    func onlyWhatDiffers() {
        let size = ScreenSize(width: 40, height: 4)
        let old = Frame(["title", "one", "two"], size: size)
        let new = Frame(["title", "one", "three"], size: size)
        var terminal = ScreenEmulator(width: 40, height: 4)
        terminal.feed(old.changes(from: nil, coloured: true))
        let before = terminal.writes
        terminal.feed(new.changes(from: old, coloured: true))
        #expect(zip(terminal.writes, before).map { $0 != $1 } == [false, false, true, false])
        #expect(new.changes(from: new, coloured: true).isEmpty)
    }

    @Test("what would steer a terminal is shown as a question mark, and without colours none is written")
    func steering() {
        let line = ScreenLine("a\u{1B}[2Jb\u{9B}c\u{202E}d", .alarming)
        let text = Frame([line], size: ScreenSize(width: 20, height: 1)).changes(from: nil, coloured: false)
        #expect(text.contains("a?[2Jb?c?d"))
        #expect(!text.contains("31"))
    }
}
