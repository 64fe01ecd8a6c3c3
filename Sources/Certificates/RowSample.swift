// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
package import Vocabulary

/// Which recorded images a check computes again: drawn without replacement, by a digest that nobody can choose.
///
/// The images of all cells stand in one row: cells sorted by id, images in the order of their slice. The j-th draw is a
/// word w(j) of 64 bits: the big-endian word j mod 4 of SHA-256(digest, j div 4 as a big-endian 64-bit word). Image i of
/// N is taken when the high word of w(i) · (N − i) is less than the number that is still to be taken (selection sampling,
/// Knuth, TAOCP 2, algorithm 3.4.2 S). Anybody can draw the same sample with nothing but SHA-256.
package struct RowSample: Sendable {
    private let digest: [UInt8]
    private let rows: Int
    private var wanted: Int
    private var next = 0
    private var block: [UInt64] = []

    /// Draws `count` of `rows` images by the certificate with that digest.
    package init(count: Int, of rows: Int, by digest: Digest) {
        self.digest = digest.bytes
        self.rows = rows
        wanted = min(count, rows)
    }

    /// The positions of those that are taken among the next `count` images.
    package mutating func draw(among count: Int) -> [Int] {
        (0..<count).filter { _ in takesNext() }
    }

    private mutating func takesNext() -> Bool {
        guard next < rows, wanted > 0 else {
            next += 1
            return false
        }
        let taken = word(next).multipliedFullWidth(by: UInt64(rows - next)).high < UInt64(wanted)
        next += 1
        if taken { wanted -= 1 }
        return taken
    }

    private mutating func word(_ number: Int) -> UInt64 {
        let place = number % 4
        if place == 0 || block.isEmpty {
            let counter = withUnsafeBytes(of: UInt64(number / 4).bigEndian) { Array($0) }
            let bytes = Digest(of: digest + counter).bytes
            block = (0..<4).map { word in bytes[8 * word..<8 * word + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        }
        return block[place]
    }
}

/// How much of all images may be wrong although a sample has `wrong` wrong ones.
package enum WrongShare {
    /// The upper 95 % bound of the share of wrong images, from `wrong` of `sampled` that were drawn.
    ///
    /// At no wrong one it is 3/n, which is a little above the exact 1 − 0.05^(1/n); otherwise the one-sided bound of
    /// Clopper and Pearson (1934): the share at which so few or fewer would be found in 5 % of all samples.
    package static func upperBound(wrong: Int, of sampled: Int) -> Double {
        guard let proportion = Proportion(successes: wrong, trials: sampled), wrong < sampled else { return 1 }
        return wrong == 0 ? min(1, 3 / Double(sampled)) : proportion.clopperPearson(level: 0.9).high
    }
}
