// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Worker

@Suite("OrderedTable")
struct OrderedTableTests {
    /// Numbers that look random, the same in every run.
    private struct Generator {
        var state: UInt64
        mutating func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
    }

    @Test("it does what a plain array of pairs does", arguments: [UInt64(1), 2, 3, 4])
    func likeAnArray(_ seed: UInt64) {
        var generator = Generator(state: seed)
        var table = OrderedTable<Int, Int>()
        var model: [(key: Int, value: Int)] = []
        for step in 0..<4000 {
            let key = generator.next(200)
            switch generator.next(step % 1000 < 500 ? 4 : 8) {
            case 0, 1:
                let isNew = !model.contains { $0.key == key }
                if isNew { model.append((key, step)) }
                #expect(table.append(step, for: key) == isNew)
            case 2:
                #expect(table.removeFirst() == (model.isEmpty ? nil : model.removeFirst().value))
            default:
                let position = model.firstIndex { $0.key == key }
                #expect(table.remove(key) == position.map { model.remove(at: $0).value })
            }
            #expect(table.count == model.count && table.isEmpty == model.isEmpty)
            #expect(table.first == model.first?.value && table[key] == model.first { $0.key == key }?.value)
            if step % 50 == 0 {
                #expect(table.keys == model.map(\.key) && table.values == model.map(\.value))
            }
        }
    }
}
