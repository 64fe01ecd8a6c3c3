// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Testing

/// Against the table of all numbers that a type has.
@Suite("numbers stored in 16 bits")
struct ElementTypeRoundingTests {
    private func word(_ value: Float, _ type: ElementType) -> UInt16 {
        let bytes = type.bytes(storing: [value])
        return UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    }

    private func value(_ word: UInt16, _ type: ElementType) -> Float {
        type.floats(decoding: [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)][...])[0]
    }

    @Test("every number that the type has stays what it is", arguments: [ElementType.float16, .bfloat16])
    func exact(_ type: ElementType) {
        for word in UInt16.min...UInt16.max {
            let value = value(word, type)
            if value.isNaN {
                #expect(self.value(self.word(value, type), type).isNaN)
            } else if self.word(value, type) != word {
                Issue.record("\(value) becomes \(self.word(value, type)), not \(word)")
            }
        }
    }

    @Test(
        "what lies between two numbers goes to the nearer, from the middle to the even",
        arguments: [ElementType.float16, .bfloat16]
    )
    func between(_ type: ElementType) {
        for word in UInt16(0)..<0x7bff where type == .bfloat16 || word < 0x7bff {
            let (low, high) = (value(word, type), value(word + 1, type))
            guard low.isFinite, high.isFinite else { continue }
            let middle = Float((Double(low) + Double(high)) / 2)
            #expect(Double(middle) == (Double(low) + Double(high)) / 2, "a Float holds the middle")
            let even = word % 2 == 0 ? word : word + 1
            if self.word(middle, type) != even || self.word(middle.nextUp, type) != word + 1
                || self.word(middle.nextDown, type) != word || self.word(-middle, type) != even | 0x8000
            {
                Issue.record("wrong around \(middle)")
            }
        }
    }

    @Test("what is too large becomes infinite")
    func overflow() {
        #expect(word(65519.996, .float16) == 0x7bff && word(65520, .float16) == 0x7c00)
        #expect(word(.greatestFiniteMagnitude, .float16) == 0x7c00 && word(-.infinity, .float16) == 0xfc00)
        #expect(word(.greatestFiniteMagnitude, .bfloat16) == 0x7f80 && word(-.infinity, .bfloat16) == 0xff80)
    }
}
