// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Screens
import Statistics
import Testing
import WireProtocol

@Suite("A run in lines")
struct LinesTests {
    @Test("a line is printed for each change of state, and every 30 seconds")
    func changes() {
        var (lines, run) = (RunLines(), SampleRun())
        func printed(at now: Double) -> [String] { lines.lines(for: run.facts, at: now) }
        #expect(printed(at: 0).count == 1)
        run.facts.progress.doneImages = 130
        #expect(printed(at: 1).isEmpty)
        #expect(printed(at: 30).first?.contains("130/240") == true)
        run.facts.state = "complete"
        #expect(printed(at: 31).first?.contains("complete") == true)
        #expect(lines.lines(forOutage: "no answer", at: 32) == ["reconnecting: no answer"])
        #expect(lines.lines(forOutage: "no answer", at: 33).isEmpty)
        let back = printed(at: 34)
        #expect(back.count == 1 && !back[0].contains("\r") && !back[0].contains("["))
    }

    @Test("words come at tenths, and have no sign that would be read aloud")
    func milestones() {
        var (words, run) = (RunWords(), SampleRun())
        var said: [String] = []
        for images in 0...240 {
            run.facts.progress.doneImages = images
            said += words.lines(for: run.facts)
        }
        #expect(said.count { $0.contains("percent") } == 11)
        #expect(said.first == "Sweep small, run r-1, 24 cells, 240 images.")
        #expect(said.contains("50 percent: 120 of 240 images, 50.0 images per second, about 3 s left."))
        said += words.lines(forOutage: "no answer") + words.lines(for: run.facts) + [RunWords.line(run.cells[2])]
        #expect(said.contains("Reconnecting: no answer") && said.contains("The coordinator answers again."))
        #expect(
            said.last == "glow-a on mnist, translate dx=2 dy=0 fill=zero stage=after-resize, seed 0: 10 of 20 images, "
                + "mean 1.3203 bits per dimension, up by 0.2500, plus or minus 0.0000 from identity."
        )
        #expect(said.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    }

    private static let situations: [(ViewMode.Facts, ViewMode)] = {
        let size = ScreenSize(width: 80, height: 24)
        func facts(_ terminal: Bool, _ kind: String?, _ keys: Bool = true, _ size: ScreenSize = size) -> ViewMode.Facts
        {
            ViewMode.Facts(isTerminal: terminal, kind: kind, hasKeys: keys, size: size)
        }
        func asking(_ value: String, words: Bool = false) -> ViewMode.Facts {
            ViewMode.Facts(
                isTerminal: true,
                kind: "xterm",
                hasKeys: true,
                size: size,
                accessible: value,
                wantsWords: words
            )
        }
        return [
            (facts(true, "xterm"), .fullScreen), (facts(true, "dumb"), .lines), (facts(true, nil), .lines),
            (facts(false, "xterm"), .lines), (facts(true, "xterm", false), .oneLine),
            (facts(true, "xterm", true, ScreenSize(width: 60, height: 15)), .fullScreen),
            (facts(true, "xterm", true, ScreenSize(width: 59, height: 24)), .oneLine),
            (facts(true, "xterm", true, ScreenSize(width: 80, height: 14)), .oneLine),
            (asking("1"), .words), (asking("0"), .fullScreen), (asking("false"), .fullScreen),
            (asking(""), .fullScreen),
            (asking("0", words: true), .words),
        ]
    }()

    @Test("the way in which a run is shown follows from what is known of the terminal", arguments: situations)
    func modes(_ facts: ViewMode.Facts, _ mode: ViewMode) {
        #expect(ViewMode(facts) == mode)
    }

    @Test("the first of LC_ALL, LC_CTYPE and LANG that says something decides about UTF-8")
    func locales() {
        #expect(LocaleCharacters.isUTF8(["LANG": "en_US.UTF-8"]))
        #expect(LocaleCharacters.isUTF8(["LC_ALL": "C.utf8", "LANG": "C"]))
        #expect(!LocaleCharacters.isUTF8(["LC_ALL": "POSIX", "LANG": "en_US.UTF-8"]))
        #expect(!LocaleCharacters.isUTF8(["LANG": "de_DE.ISO-8859-1"]))
        #expect(!LocaleCharacters.isUTF8([:]))
    }
}
