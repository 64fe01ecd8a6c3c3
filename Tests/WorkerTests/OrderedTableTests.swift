// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Worker

@Suite("OrderedTable")
struct OrderedTableTests {
    @Test("it does what a plain array of pairs does", arguments: [UInt64(1), 2, 3, 4])
    func likeAnArray(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = OrderedTable<Int, Int>()
        var model: [(key: Int, value: Int)] = []
        for step in 0..<4000 {
            let key = Int.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<(step % 1000 < 500 ? 4 : 8), using: &random) {
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
