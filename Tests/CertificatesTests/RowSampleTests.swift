// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Vocabulary

@testable import Certificates

@Suite("Sample of a check")
struct RowSampleTests {
    private func sample(_ count: Int, _ rows: Int, cells: [Int], seed: UInt8 = 0) -> [Int] {
        var sample = RowSample(count: count, of: rows, by: Digest(of: [seed]))
        var (first, found) = (0, [Int]())
        for images in cells {
            found += sample.draw(among: images).map { first + $0 }
            first += images
        }
        return found
    }

    @Test("as many images are drawn as were asked for, all different, however they are spread over cells")
    func exactSize() {
        for (count, cells) in [(1, [7]), (5, [1, 0, 4]), (37, [100, 50, 250]), (400, [400]), (900, [10, 20])] {
            let rows = cells.reduce(0, +)
            let found = sample(count, rows, cells: cells)
            #expect(found.count == min(count, rows))
            #expect(Set(found).count == found.count)
            #expect(found == sample(count, rows, cells: [rows]))
        }
    }

    @Test("the draws are those of the documented rule, as Python makes them")
    func documentedRule() {
        // from hashlib import sha256; d=sha256(bytes([0])).digest(); N,k=100,10; t=[]
        // for i in range(N):
        //   w=int.from_bytes(sha256(d+(i//4).to_bytes(8,'big')).digest()[8*(i%4):][:8],'big')
        //   if (w*(N-i))>>64 < k-len(t): t.append(i)
        #expect(sample(10, 100, cells: [100]) == [0, 3, 5, 10, 20, 21, 38, 46, 59, 81])
    }

    @Test("over many digests every image is drawn about equally often")
    func uniform() {
        var counts = [Int](repeating: 0, count: 20)
        for seed in UInt8.min...UInt8.max { for row in sample(5, 20, cells: [20], seed: seed) { counts[row] += 1 } }
        // 256 draws with probability 1/4: mean 64, standard deviation 6.9.
        #expect(counts.allSatisfy { (36...92).contains($0) })
    }

    @Test(
        "the bound of the wrong share is 3/n without wrong ones, else that of Clopper and Pearson",
        arguments: [
            // scipy.stats.beta.ppf(0.95, k + 1, n - k)
            (0, 515, 3.0 / 515), (1, 515, 0.009177973351633248), (3, 10, 0.6066242161054123),
            (50, 1000, 0.06286340351237973), (999, 1000, 0.999948708021091),
            (10, 10, 1.0), (0, 2, 1.0),
        ]
    )
    func bound(_ wrong: Int, _ sampled: Int, _ expected: Double) {
        #expect(abs(WrongShare.upperBound(wrong: wrong, of: sampled) - expected) < 1e-10)
    }
}
