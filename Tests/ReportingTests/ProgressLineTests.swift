// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Testing

@Suite("The progress line")
struct ProgressLineTests {
    private let progress = ProgressLine(
        doneImages: 6200,
        images: 10_000,
        imagesPerSecond: 512,
        remaining: .seconds(12),
        workers: 2,
        doneCells: 3,
        cells: 9
    )

    @Test("it says what is written down here")
    func golden() {
        let text = "62 %  6,200/10,000 images  512 img/s  ETA 0:12  2 workers  cell 3/9"
        #expect(progress.text(width: 88) == "[===========>      ] " + text)
        #expect(progress.text(width: 80) == "[======>   ] " + text)
        #expect(progress.text(width: 79) == "[===========>       ] " + text.prefix(57))
        #expect(progress.text(width: 40) == "[=======>    ] 62 %  6,200/10,000 images")
    }

    @Test("trouble stands at the end, and takes two thirds of a short line at most")
    func trouble() {
        var progress = progress
        progress.trouble = "waiting: 1 worker failing: no space left on device"
        #expect(progress.text(width: 200).hasSuffix("cell 3/9  waiting: 1 worker failing: no space left on device"))
        #expect(progress.text(width: 60) == "[======>    ] 62 %  waiting: 1 worker fa…pace left on device")
        for width in 0...200 { #expect(progress.text(width: width).count <= width) }
    }

    @Test("while nothing is known it says so")
    func unknown() {
        let start = ProgressLine(doneImages: 0, images: 0, workers: 1, doneCells: 0, cells: 0)
        #expect(
            start.text(width: 200) == "[\(String(repeating: "=", count: 30))] 100 %  0/0 images  – img/s  ETA –  "
                + "1 worker  cell 0/0"
        )
    }

    @Test("only all images are 100 %", arguments: [(0, 0), (1, 0), (9_999, 99), (10_000, 100), (12_000, 100), (-5, 0)])
    func percentage(done: Int, percentage: Int) {
        var progress = progress
        progress.doneImages = done
        #expect(progress.text(width: 20).hasSuffix("] \(percentage) %"))
    }

    @Test("it is never wider than it may be, and failures outlast all but the percentage", arguments: 0..<160)
    func width(width: Int) {
        var progress = progress
        progress.failedShards = 4
        progress.current = "glow-affine mnist translate dx=-1"
        let text = progress.text(width: width)
        #expect(text.count <= width)
        #expect(text.contains("62 %") == (width >= 4))
        #expect(text.contains("4 failed") || width < 28)
        #expect(text.contains("translate") == (width >= 125))
    }
}
