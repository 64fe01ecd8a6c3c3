// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// How far a run has come at one moment, and the line that says so.
public struct ProgressLine: Hashable, Sendable {
    /// Number of images that are recorded.
    public var doneImages: Int
    /// Number of images in the run.
    public var images: Int
    /// Images per second of late; nil while nothing is known.
    public var imagesPerSecond: Double?
    /// Time to the end; nil while nothing is known.
    public var remaining: Duration?
    /// Number of workers that are connected; nil where that cannot be known.
    public var workers: Int?
    /// Number of cells all of whose images are recorded.
    public var doneCells: Int
    /// Number of cells in the run.
    public var cells: Int
    /// Number of shards that were given up.
    public var failedShards: Int
    /// What is being computed, such as a cell's transformation; empty when there is nothing to say.
    public var current: String
    /// What keeps the run from going on, such as `1 worker failing: disk full`; empty when there is nothing to say.
    public var trouble: String

    /// The state of a run; what is not given is unknown or none.
    public init(
        doneImages: Int,
        images: Int,
        imagesPerSecond: Double? = nil,
        remaining: Duration? = nil,
        workers: Int?,
        doneCells: Int,
        cells: Int,
        failedShards: Int = 0,
        current: String = "",
        trouble: String = ""
    ) {
        self.doneImages = doneImages
        self.images = images
        self.imagesPerSecond = imagesPerSecond
        self.remaining = remaining
        self.workers = workers
        self.doneCells = doneCells
        self.cells = cells
        self.failedShards = failedShards
        self.current = current
        self.trouble = trouble
    }

    /// A line that takes no more than `width` columns of a terminal.
    ///
    /// Such as `[=====>    ] 62 %  6,200/10,000 images  512 img/s  ETA 0:12  2 workers  cell 3/9`. When space is short
    /// the least important pieces go first; failures and the percentage go last. Trouble stands at the end and may take
    /// two thirds of the line.
    ///
    /// It begins with a bar, which is read by its length, unless there is to be none.
    public func text(width: Int, bar: Bool = true) -> String {
        guard !trouble.isEmpty, width >= 20 else { return textOfProgress(width: width, bar: bar) }
        let trouble = DisplayWidth.shorten(trouble, to: 2 * width / 3)
        return "\(textOfProgress(width: width - DisplayWidth.of(trouble) - 2, bar: bar))  \(trouble)"
    }

    private func textOfProgress(width: Int, bar showsBar: Bool) -> String {
        var pieces = pieces
        func room() -> Int { width - pieces.reduce(0) { $0 + 2 + DisplayWidth.of($1.text) } + 1 }
        while room() < Self.barWidths.lowerBound + 2,
            let least = pieces.indices.max(by: { pieces[$0].rank < pieces[$1].rank }),
            pieces[least].rank > 0
        {
            pieces.remove(at: least)
        }
        let texts = pieces.map(\.text).joined(separator: "  ")
        let bar = min(room() - 2, Self.barWidths.upperBound)
        return showsBar && bar >= Self.barWidths.lowerBound
            ? "\(barText(bar)) \(texts)" : DisplayWidth.shorten(texts, to: width)
    }

    private static let barWidths = 10...30

    /// Images out of `images` as hundredths, rounded down: 100 means all of them.
    package var percentage: Int {
        guard images > 0 else { return 100 }
        return images.dividingFullWidth(min(max(doneImages, 0), images).multipliedFullWidth(by: 100)).quotient
    }

    /// What the line may say, from left to right; the greatest rank goes first, rank 0 stays.
    private var pieces: [(text: String, rank: Int)] {
        var pieces = [
            ("\(percentage) %", 0),
            ("\(HumanText.count(doneImages))/\(counted(images, "image"))", 2),
            ("\(imagesPerSecond.map(HumanText.rate) ?? HumanText.absent) img/s", 4),
            ("ETA \(remaining.map(HumanText.duration) ?? HumanText.absent)", 3),
            ("cell \(HumanText.count(doneCells))/\(HumanText.count(cells))", 6),
        ]
        if let workers { pieces.insert((counted(workers, "worker"), 5), at: 4) }
        if failedShards > 0 { pieces.insert(("\(HumanText.count(failedShards)) failed", 1), at: 1) }
        if !current.isEmpty { pieces.append((current, 7)) }
        return pieces
    }

    private func barText(_ width: Int) -> String {
        let filled = width * percentage / 100
        let tip = filled < width ? ">" : ""
        return "[" + String(repeating: "=", count: filled) + tip
            + String(repeating: " ", count: width - filled - tip.count) + "]"
    }
}
