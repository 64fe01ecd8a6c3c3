// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Scheduling

@Suite struct CollectionTests {
    @Test(
        "a segment map says of each image what an array says that is changed image by image",
        arguments: 0..<30 as Range<UInt64>
    )
    func segmentMapAgainstArray(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = UInt32.random(in: 1...60, using: &random)
        let cached = UInt32.random(in: 0...count, using: &random)
        var map = SegmentMap(count: count, recorded: [0..<cached])
        var truth = (0..<count).map { $0 < cached ? ImageState.recorded : .pending }
        for _ in 0..<200 {
            let lower = UInt32.random(in: 0..<count, using: &random)
            let range = lower..<UInt32.random(in: lower + 1...count, using: &random)
            let new = ImageState.allCases.randomElement(using: &random) ?? .pending
            _ = map.update(range) { $0.settle(new) }
            for position in range { truth[Int(position)] = new }
            let states = map.segments.flatMap { segment in segment.range.map { _ in segment.state } }
            #expect(states == truth, "seed \(seed)")
            #expect(zip(map.segments, map.segments.dropFirst()).allSatisfy { $0.upper == $1.lower })
            for position in 0..<count {
                #expect(map.segments[map.index(at: position)].range.contains(position), "seed \(seed)")
            }
            let fresh = truth.indices.first { truth[$0] == .pending }
            #expect(map.firstFresh(from: 0)?.lower == fresh.map { UInt32($0) }, "seed \(seed)")
        }
    }

    @Test("a segment map tells which of its segments it cut")
    func cuts() {
        var map = SegmentMap(count: 10)
        #expect(map.update(0..<10) { $0.settle(.recording) } == (false, false))
        #expect(map.update(2..<10) { _ in } == (true, false))
        #expect(map.update(2..<5) { _ in } == (false, true))
        #expect(map.update(3..<4) { _ in } == (true, true))
        #expect(map.segments.map(\.lower) == [0, 2, 3, 4, 5])
    }

    @Test("a queue gives what an array gives", arguments: 0..<10 as Range<UInt64>)
    func queueAgainstArray(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = Queue<Int>()
        var truth: [Int] = []
        for step in 0..<2000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                queue.append(step)
                truth.append(step)
            case 2, 3: #expect(queue.popFirst() == (truth.isEmpty ? nil : truth.removeFirst()))
            default:
                guard let offset = truth.indices.randomElement(using: &random) else { continue }
                queue.remove(at: offset)
                truth.remove(at: offset)
            }
            #expect(queue.count == truth.count && queue.first == truth.first)
        }
        #expect(Array(queue) == truth, "seed \(seed)")
    }

    @Test("a quantile is that of the sorted numbers, to ten per cent", arguments: [0.05, 0.5, 0.95, 1])
    func quantileAgainstSorting(fraction: Double) throws {
        var random = SplitMix64(seed: 5)
        var sketch = QuantileSketch()
        var values: [Double] = []
        for _ in 0..<3000 {
            values.append(pow(10, .random(in: -6...2, using: &random)))
            sketch.add(values[values.count - 1])
        }
        let exact = values.sorted()[Int((fraction * 3000).rounded(.up)) - 1]
        #expect(abs(try #require(sketch.quantile(fraction)) / exact - 1) < 0.126)
    }

    @Test("a quantile follows numbers that change, and takes any number")
    func quantileFades() throws {
        var sketch = QuantileSketch()
        #expect(sketch.quantile(0.5) == nil)
        for _ in 0..<10_000 { sketch.add(1) }
        for _ in 0..<10_000 { sketch.add(100) }
        #expect(abs(try #require(sketch.quantile(0.5)) / 100 - 1) < 0.126)
        #expect(sketch.counted < 4096)
        for value in [0, -1, .infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude] { sketch.add(value) }
        #expect(try #require(sketch.quantile(1)).isFinite)
    }

    @Test("a slot table keeps each value in its place and uses places again")
    func slotTable() {
        var table = SlotTable<String, Int>()
        let a = table.insert(1, for: "a")
        let b = table.insert(2, for: "b")
        table.remove("a")
        #expect(table.slot(of: "a") == nil && !table.isOccupied(a) && table[b] == 2)
        #expect(table.insert(3, for: "c") == a)
        #expect(table.slots == [a, b] && table.count == 2)
    }

    @Test("durations and instants keep their nanoseconds")
    func instants() {
        let start = Instant(nanoseconds: 5)
        #expect(start.advanced(by: .seconds(2) + .nanoseconds(3)) == Instant(nanoseconds: 2_000_000_008))
        #expect(start.duration(to: Instant(nanoseconds: 1_000_000_005)) == .seconds(1))
        #expect(Instant(nanoseconds: 1_500_000_005).seconds(since: start) == 1.5)
        #expect(Duration.milliseconds(250).inSeconds == 0.25)
    }
}
