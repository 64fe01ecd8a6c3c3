// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Reporting
import Testing

@Suite("Columns of a terminal")
struct DisplayWidthTests {
    @Test(
        "names of East Asia, with accents and with pictures are as wide as terminals show them",
        arguments: [
            ("glow", 4), ("猫の画像", 8), ("모델-1", 6), ("한국어", 6), ("データ", 6), ("ﾃﾞｰﾀ", 4), ("ｆｕｌｌ", 8), ("数据集v2", 8),
            ("naïve", 5), ("nai\u{308}ve", 5), ("Δ ±95 %", 7), ("▁▂█", 3), ("Ελληνικά", 8), ("“Zitat”…", 8), ("🙂", 2),
            ("❤\u{FE0F}", 2),
            ("a\u{200B}b", 2), ("", 0),
        ]
    )
    func names(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test("every character of the blocks that names are made of is as wide as the C library's wcwidth says")
    func everyCharacter() throws {
        let before = setlocale(LC_CTYPE, nil).map { String(cString: $0) }
        defer { setlocale(LC_CTYPE, before) }
        guard setlocale(LC_CTYPE, "C.UTF-8") != nil else { return }
        // Glibc's module leaves it out.
        let symbol = try #require(dlsym(nil, "wcwidth"))
        let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
        // Latin to Cyrillic, Thai, Hangul, punctuation, symbols, CJK, Hangul syllables, full-width forms, CJK extension B.
        let blocks: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xA0...0x52F, 0xE01...0xE5B, 0x1100...0x115F, 0x2010...0x2027, 0x2030...0x205E,
            0x2190...0x23FF,
            0x2500...0x25FC, 0x2E80...0x2EF3, 0x3001...0x303E, 0x3041...0x3096, 0x30A0...0x30FF, 0x3105...0x312F,
            0x3400...0x4DB5, 0x4E00...0x9FEF, 0xAC00...0xD7A3, 0xFF01...0xFFDC, 0x20000...0x20FFF,
        ]
        var wrong: [String] = []
        for block in blocks {
            for value in block {
                guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else {
                    continue
                }
                let width = wcwidth(value)
                // A soft hyphen is one column for most terminals, none for others.
                if value != 0xAD, width >= 0, DisplayWidth.of(String(Character(scalar))) != Int(width) {
                    wrong.append(String(value, radix: 16))
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(40))")
    }

    @Test("text is wrapped at spaces, and within words only where a word is wider than the line")
    func wrapping() {
        #expect(
            DisplayWidth.wrap("noise kind=gaussian scale=1e-5 mask=none", to: 20, indent: 2) == [
                "noise kind=gaussian", "  scale=1e-5", "  mask=none",
            ]
        )
        #expect(DisplayWidth.wrap("猫の画像の名前", to: 7) == ["猫の画", "像の名", "前"])
        #expect(DisplayWidth.wrap("", to: 5) == [""])
        for width in 2...30 {
            let text = "a-model-with-a-long-name on 数据集 of many words"
            let lines = DisplayWidth.wrap(text, to: width, indent: 2)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }
}
