// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// The range that a file's images span from black to white.
enum InputScale: String, CaseIterable, ExpressibleByArgument {
    case bytes = "0..255"
    case unit = "0..1"
    case symmetric = "-1..1"
    case centred = "-0.5..0.5"

    /// The scale that a family's models take.
    init(of scale: PixelScale) {
        self =
            switch scale {
            case .dequantised: .centred
            case .symmetric: .symmetric
            }
    }

    /// Reads the range as messages and people write it: with two or three dots or an ellipsis, with any minus.
    init?(argument: String) {
        let text = argument.filter { $0 != " " }.replacing("…", with: "..").replacing("...", with: "..")
            .replacing("−", with: "-")
        self.init(rawValue: text)
    }

    /// Black and white.
    var range: ClosedRange<Float> {
        switch self {
        case .bytes: 0...255
        case .unit: 0...1
        case .symmetric: -1...1
        case .centred: -0.5...0.5
        }
    }

    /// Whether numbers from `found` may be pixels on this scale, some of them beyond its ends on account of noise.
    func holds(_ found: ClosedRange<Float>) -> Bool {
        let slack = (range.upperBound - range.lowerBound) / 4
        return found.lowerBound >= range.lowerBound - slack && found.upperBound <= range.upperBound + slack
    }

    /// Whether numbers from `found` look as if they were pixels on this scale: they fit, and use it from near black.
    func isLikely(_ found: ClosedRange<Float>) -> Bool {
        guard holds(found) else { return false }
        // Images of one grey tell nothing.
        guard found.lowerBound < found.upperBound else { return true }
        return !likelier.contains { $0.range.contains(found.lowerBound) && $0.range.contains(found.upperBound) }
    }

    /// The scales that are likelier where all numbers are among theirs: the narrower ones, and 0…1 where no pixel is
    /// darker than the middle of −0.5…0.5.
    private var likelier: [InputScale] {
        switch self {
        case .bytes: [.unit, .symmetric, .centred]
        case .symmetric: [.unit, .centred]
        case .centred: [.unit]
        case .unit: []
        }
    }
}
