// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Screens
import Statistics
import Vocabulary
import WireProtocol

/// A run for screens: cells of several models whose values are known.
struct SampleRun {
    var cells: [SummarisedCell]
    var facts: RunStanding

    /// `count` cells each of the models `names`, of which 10 images of two classes are recorded.
    init(_ count: Int = 12, models names: [String] = ["glow-a", "glow-b"]) {
        cells = names.enumerated().flatMap { model, name in
            (0..<count).map { Self.cell(model * count + $0, model: name, dx: $0) }
        }
        facts = RunStanding(
            run: "r-1",
            sweep: "small",
            state: "running",
            isGoingOn: true,
            progress: ProgressLine(
                doneImages: 120,
                images: 240,
                imagesPerSecond: 50,
                remaining: .seconds(3),
                workers: 1,
                doneCells: 1,
                cells: cells.count
            )
        )
        facts.workers = []
    }

    /// A cell whose values are around 1 + dx / 8, and whose difference from identity is dx / 8.
    static func cell(_ ordinal: Int, model: String, dx: Int) -> SummarisedCell {
        let base = (0..<10).map { 1 + Float($0) / 64 }
        let values = base.map { $0 + Float(dx) / 8 }
        let labels = (0..<10).map { UInt8($0 % 2) }
        return SummarisedCell(
            ordinal: ordinal,
            id: CellID(Digest(of: Array("\(ordinal)".utf8))),
            spec: CellSpec(
                model: model,
                dataset: "mnist",
                transform: dx == 0 ? .identity : .translate(Translation(dx: dx)),
                seed: 0
            ),
            split: "test",
            conditioning: .label,
            images: 20,
            recordedImages: 10,
            baseline: CellID(Digest(of: [1])),
            summary: CellSummary(
                measure: .bitsPerDimension,
                values: ImageValues(values),
                labels: labels,
                baseline: .values(ImageValues(base))
            )
        )
    }

    /// What a source answers that has these cells.
    func window(_ request: CellRequest) -> CellWindow {
        let words = request.query.words
        var found = cells.filter { cell in
            let line = "\(cell.spec.model) \(cell.spec.dataset) \(cell.spec.transform)".lowercased()
            return words.allSatisfy { line.contains($0) }
                && (request.query.ordinals.isEmpty || request.query.ordinals.contains(cell.ordinal))
        }
        if request.query.order == .difference {
            found.sort { ($0.summary?.all.difference?.mean ?? 0) < ($1.summary?.all.difference?.mean ?? 0) }
        }
        if request.query.isDescending { found.reverse() }
        var window = CellWindow()
        window.matching = found.count
        window.first = min(request.first, found.count)
        window.cells = Array(found.dropFirst(request.first).prefix(request.limit))
        if let place = found.firstIndex(where: { $0.ordinal == request.selected }) {
            window.selected = .init(cell: found[place], position: place)
        }
        return window
    }
}

/// A screen with a source behind it that answers at once.
struct WatchedScreen {
    var screen: TailScreen
    var run: SampleRun
    var now = 100.0
    private var order = HeldOrder()

    init(_ run: SampleRun = SampleRun(), width: Int = 80, height: Int = 24, signs: ScreenSigns = .unicode) async {
        self.run = run
        screen = TailScreen(size: ScreenSize(width: width, height: height), signs: signs)
        await refresh()
    }

    mutating func refresh() async {
        for _ in 0..<2 {
            let run = run
            let window = await order.window(screen.request(at: now)) { run.window($0) }
            screen.receive(run.facts, window, at: now)
            _ = screen.frame(at: now)
        }
    }

    @discardableResult
    mutating func press(_ keys: Key...) async -> [TailScreen.Wish] {
        var wishes: [TailScreen.Wish] = []
        for key in keys {
            wishes += screen.take(key, at: now)
            await refresh()
        }
        return wishes
    }

    mutating func type(_ text: String) async { for character in text { await press(.character(character)) } }

    var lines: [String] {
        mutating get { screen.frame(at: now).lines.map(\.text) }
    }

    var text: String {
        mutating get { lines.joined(separator: "\n") }
    }

    /// The line with the mark of what is selected.
    var selected: String? {
        mutating get { lines.first { $0.hasPrefix("▸") || $0.hasPrefix(">") } }
    }
}
