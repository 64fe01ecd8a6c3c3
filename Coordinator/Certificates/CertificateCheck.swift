// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import Foundation
import Statistics
import Vocabulary

/// What a check of a certificate found.
struct CertificateCheck {
    /// What was found, in the order in which it was looked for: of each a word for what, and a line.
    private(set) var lines: [(title: String, text: String)] = []
    private(set) var passed: [String] = []
    private(set) var warned: [String] = []
    private(set) var failed: [String] = []
    /// Why something could not be looked at.
    private(set) var obstacles: [String] = []

    mutating func say(_ title: String, _ text: String) { lines.append((title, text)) }

    mutating func pass(_ title: String, _ text: String) {
        say(title, text)
        passed.append("\(title): \(text)")
    }

    mutating func fail(_ title: String, _ text: String) {
        say(title, text)
        failed.append("\(title): \(text)")
    }

    mutating func warn(_ title: String, _ text: String) {
        say(title, text)
        warned.append("\(title): \(text)")
    }

    mutating func cannot(_ title: String, _ text: String) {
        say(title, text)
        obstacles.append("\(title): \(text)")
    }

    /// The exit code: 1 where anything differs, 2 where nothing does and something could not be looked at.
    var code: Int32 { !failed.isEmpty ? 1 : obstacles.isEmpty ? (warned.isEmpty ? 0 : 1) : 2 }
}

/// What came of computing rows again.
struct RecomputedRows {
    /// Cells and images that were computed again.
    private(set) var cells = 0
    private(set) var images = 0
    /// Images any value of which differs, and the first of them in words.
    private(set) var wrong = 0
    private(set) var first: String?
    /// Images that could not be computed, by the reason.
    private(set) var obstacles: [String: Int] = [:]
    private var losses: [Double] = []

    mutating func add(_ difference: TableDifference, to cell: RowsOfCell) {
        cells += 1
        images += cell.rows.indices.count
        wrong += difference.images.count
        if let words = difference.first {
            first = first ?? "\(cell.identity.id), \(words)"
        }
        losses += difference.losses
    }

    mutating func add(_ obstacle: Recomputation.Obstacle, to cell: RowsOfCell) {
        obstacles[obstacle.reason, default: 0] += cell.rows.indices.count
    }

    /// How far the rows are the recorded ones; bits that differ may still mean nothing.
    func verdict(smallestEffect: Double) -> CheckVerdict {
        guard wrong > 0 else { return .bitIdentical }
        let sample = Sample(losses)
        guard sample.nonFiniteCount == 0, let mean = sample.mean, let deviation = sample.standardDeviation else {
            return .different
        }
        // Two one-sided t-tests at 5 % (Schuirmann, 1987): whether the 90 % interval of the mean lies within the bounds.
        let quantile = StudentDistribution(degreesOfFreedom: Double(losses.count - 1)).quantile(0.95)
        let reach = abs(mean) + quantile * deviation / Double(losses.count).squareRoot()
        return reach < smallestEffect ? .statisticallyEqual : .different
    }
}
