// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Screens
import Statistics
import Testing
import Vocabulary

@Suite("The screen of tail")
struct TailScreenTests {
    @Test("cells stand under a heading of model and data set, with figures and the scale of their distributions")
    func overview() async throws {
        var screen = await WatchedScreen()
        #expect(screen.lines.contains { $0.hasPrefix("glow-a on mnist") })
        #expect(screen.text.contains(/scale 1.00 … \d/))
        #expect(screen.selected?.contains("identity") == true)
        // Ten differences of exactly 1/8 and 2/8.
        let row = try #require(screen.lines.first { $0.contains("dx=2") })
        #expect(row.contains("+0.2500 ±0.0000") && row.contains("1.3203") && row.contains("50 %"), "\(row)")
    }

    @Test("no line is wider than the screen, and no name is cut", arguments: [60, 61, 72, 80, 100, 132, 200])
    func widths(_ width: Int) async {
        let model = "a-model-with-a-name-that-needs-more-room-than-there-is-on-any-narrow-screen-版本"
        var screen = await WatchedScreen(SampleRun(3, models: [model + "-1", model + "-2"]), width: width, height: 40)
        for keys: [Key] in [[], [.character("c")], [.enter], [.character("3")], [.character("4")], [.character("?")]] {
            for key in keys { await screen.press(key) }
            for line in screen.screen.frame(at: screen.now).lines { #expect(line.width <= width, "\(line.text)") }
        }
        await screen.press(.escape, .character("1"))
        let joined = screen.lines.map { $0.trimmingPrefix(while: { $0 == " " }) }.joined().filter { $0 != " " }
        #expect(joined.contains(model + "-1onmnist") && joined.contains(model + "-2onmnist"), "\(screen.text)")
    }

    @Test("a locale without UTF-8 gets nothing but ASCII")
    func ascii() async {
        var screen = await WatchedScreen(width: 100, height: 40, signs: .ascii)
        for key: Key in [.down, .character("c"), .enter, .character("3"), .character("4"), .character("?")] {
            await screen.press(key)
            #expect(screen.text.utf8.allSatisfy { $0 < 0x80 }, "\(screen.text)")
        }
    }

    @Test("the selection is a cell: it goes where the cell goes when the order changes")
    func selectionByCell() async {
        var screen = await WatchedScreen()
        await screen.press(.down, .down, .down)
        #expect(screen.selected?.contains("dx=3") == true)
        await screen.press(.character("s"), .character("s"))
        #expect(screen.text.contains("by change, greatest first"))
        #expect(screen.selected?.contains("dx=3") == true)
        await screen.press(.character("g"))
        #expect(screen.selected?.contains("dx=11") == true)
    }

    @Test("the order is held while the cursor moves, and comes alive five seconds after")
    func holding() async {
        var screen = await WatchedScreen(SampleRun(6, models: ["m"]))
        await screen.press(.character("s"), .character("s"), .down)
        #expect(screen.text.contains("order held"))
        func names() -> [String] {
            screen.lines.filter { $0.contains("dx=") }.compactMap { $0.firstMatch(of: /dx=\d+/).map { String($0.0) } }
        }
        #expect(names() == ["dx=5", "dx=4", "dx=3", "dx=2", "dx=1"])
        // The cell with the smallest change becomes the one with the greatest.
        screen.run.cells[1] = SampleRun.cell(1, model: "m", dx: 40)
        await screen.refresh()
        #expect(names() == ["dx=5", "dx=4", "dx=3", "dx=2", "dx=40"])
        screen.now += 6
        await screen.refresh()
        #expect(!screen.text.contains("order held"))
        #expect(names() == ["dx=40", "dx=5", "dx=4", "dx=3", "dx=2"])
        #expect(screen.selected?.contains("dx=4 ") == true)
    }

    @Test(
        "what is new comes last while the order is frozen, figures go on, and the banner says so",
        arguments: [" ", "p", "Z"]
    )
    func freezing(_ key: Character) async {
        var screen = await WatchedScreen(SampleRun(3, models: ["m"]), height: 40)
        await screen.press(.character("s"), .character("s"), .character(key))
        #expect(screen.text.contains("frozen, data live"))
        screen.run.cells.append(SampleRun.cell(3, model: "m", dx: 50))
        screen.run.facts.progress.doneImages = 200
        screen.now += 60
        await screen.refresh()
        #expect(screen.text.contains("200/240"))
        #expect(screen.lines.filter { $0.contains("dx=") }.last?.contains("dx=50") == true)
        await screen.press(.character(key))
        #expect(screen.lines.filter { $0.contains("dx=") }.first?.contains("dx=50") == true)
    }

    @Test("a filter narrows the list as it is typed, n and N go round its matches, Esc clears it")
    func filtering() async {
        var screen = await WatchedScreen()
        await screen.press(.character("/"))
        await screen.type("glow-b dx=1")
        #expect(screen.lines.last == "/glow-b dx=1")
        #expect(!screen.text.contains("glow-a on"))
        await screen.press(.enter)
        // dx=1, dx=10 and dx=11.
        #expect(screen.lines.last?.hasPrefix("1/3  filter: glow-b dx=1") == true)
        await screen.press(.character("N"))
        #expect(screen.lines.last?.hasPrefix("3/3") == true)
        await screen.press(.character("n"))
        #expect(screen.lines.last?.hasPrefix("1/3") == true)
        await screen.press(.escape)
        #expect(screen.lines.last?.contains("/24  by") == true)
        await screen.press(.character("/"))
        await screen.type("nothing-has-this")
        await screen.press(.enter)
        #expect(screen.text.contains("No cell has 'nothing-has-this'. Esc shows all cells again."))
    }

    @Test("a filter that is typed while the order is held shows its matches at once")
    func filteringWhileHeld() async {
        var screen = await WatchedScreen()
        await screen.press(.character("G"), .character("/"))
        await screen.type("glow-b dx=1")
        #expect(screen.lines.count { $0.contains("translate dx=1") } == 3, "\(screen.text)")
        #expect(screen.selected?.contains("dx=11") == true)
    }

    @Test("Enter opens the cell, Tab and digits change the view, Esc goes back")
    func views() async {
        var screen = await WatchedScreen()
        await screen.press(.down, .enter)
        #expect(screen.screen.view == .cell)
        #expect(screen.text.contains("glow-a on mnist (test), translate dx=1"))
        #expect(
            screen.lines.contains { $0.contains("all") && $0.contains("+0.1250 ±0.0000") && $0.contains("100.0 %") }
        )
        #expect(screen.lines.count { $0.contains("+0.1250") } == 3, "two classes, and all")
        await screen.press(.escape)
        #expect(screen.screen.view == .overview)
        await screen.press(.tab, .tab)
        #expect(screen.screen.view == .workers)
        await screen.press(.backTab, .character("4"))
        #expect(screen.screen.view == .failures)
        #expect(screen.text.contains("No shard has failed."))
    }

    @Test("the cursor reaches the last cell and stays in view all the way", arguments: [24, 15, 40])
    func scrolling(_ height: Int) async {
        var screen = await WatchedScreen(SampleRun(16), height: height)
        for step in 1..<32 {
            await screen.press(.down)
            #expect(screen.selected?.contains(step % 16 == 0 ? "identity" : "dx=\(step % 16)") == true, "\(step)")
        }
        await screen.press(.character("g"))
        #expect(screen.lines.last?.hasPrefix("1/32") == true)
        await screen.press(.character("G"))
        #expect(screen.selected?.contains("dx=15") == true)
        await screen.press(.pageUp, .pageUp)
        #expect(screen.selected != nil)
    }

    @Test("keys that are not the screen's to answer become wishes")
    func wishes() async throws {
        var screen = await WatchedScreen()
        await screen.press(.down)
        let id = "\(screen.run.cells[1].id)"
        #expect(await screen.press(.character("y")) == [.copy(id)])
        #expect(await screen.press(.character("e")) == [.explain(screen.run.cells[1])])
        #expect(await screen.press(.control("z")) == [.suspend])
        #expect(await screen.press(.control("l")) == [.redraw])
        #expect(await screen.press(.control("c")) == [.interrupt])
        screen.screen.explain("Cell x", ["line one", "line two"])
        #expect(screen.text.contains("line two"))
        #expect(await screen.press(.character("q")) == [], "in a text q closes it")
        #expect(await screen.press(.character("q")) == [.quit])
    }

    @Test("help covers the view and can be filtered")
    func help() async {
        var screen = await WatchedScreen()
        await screen.press(.character("?"))
        #expect(screen.text.contains("Moving"))
        await screen.press(.character("/"))
        await screen.type("suspend")
        #expect(screen.text.contains("Ctrl-Z") && !screen.text.contains("Moving"))
        await screen.press(.enter, .escape)
        #expect(screen.text.contains("Moving"))
        await screen.press(.escape)
        #expect(!screen.text.contains("Moving"))
    }

    @Test("an outage is said, figures stay as they were, and news end it")
    func outage() async {
        var screen = await WatchedScreen()
        screen.screen.lose("no answer", at: screen.now)
        screen.now += 7
        #expect(screen.text.contains("reconnecting for 7 s, figures are as they were: no answer"))
        #expect(screen.text.contains("glow-a on mnist"))
        await screen.refresh()
        #expect(!screen.text.contains("reconnecting"))
    }

    @Test("an empty screen says what to do")
    func emptiness() async {
        var run = SampleRun(0)
        run.facts.endpoint = "tcp://head:7461"
        var screen = await WatchedScreen(run)
        #expect(screen.text.contains("worker run --connect tcp://head:7461"))
        await screen.press(.character("3"))
        #expect(screen.text.contains("worker run --connect tcp://head:7461"))
        await screen.press(.character("2"))
        #expect(screen.text.contains("choose one in the overview"))
        screen.run.facts.workers = nil
        await screen.refresh()
        await screen.press(.character("3"))
        #expect(screen.text.contains("coordinator tail --connect ENDPOINT"))
    }

    @Test("a window that is too small shows the progress, and says what would show more")
    func smallWindow() async {
        var screen = await WatchedScreen()
        screen.screen.size = ScreenSize(width: 40, height: 8)
        #expect(screen.text.contains("50 %") && screen.text.contains("60×15"))
        screen.screen.size = ScreenSize(width: 1, height: 1)
        _ = screen.text
    }

    @Test("values that dwarf all others do not flatten the distributions of the others")
    func farValues() async throws {
        var run = SampleRun(12, models: ["m"])
        var values = (0..<10).map { 1 + Float($0) / 64 }
        values[9] = 1e12
        let labels = (0..<10).map { UInt8($0 % 2) }
        run.cells[5].summary = CellSummary(
            measure: .bitsPerDimension,
            values: ImageValues(values),
            labels: labels,
            baseline: .none
        )
        var screen = await WatchedScreen(run, width: 120)
        #expect(screen.text.contains("last column to 1.00e12"))
        let row = try #require(screen.lines.first { $0.contains("dx=11") })
        #expect(Set(row.filter { "▁▂▃▄▅▆▇█".contains($0) }).count >= 1)
        let places = screen.lines.compactMap { line in
            line.firstIndex { "▁▂▃▄▅▆▇█".contains($0) }.map { line.distance(from: line.startIndex, to: $0) }
        }
        #expect(Set(places).count > 3, "cells lie at different places of the scale: \(places)")
    }
}
