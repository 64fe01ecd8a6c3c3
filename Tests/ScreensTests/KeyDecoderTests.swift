// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Screens
import Testing

@Suite("Keys")
struct KeyDecoderTests {
    private static let known: [(String, [Key])] = [
        ("q", [.character("q")]), ("\r", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
        ("\u{03}", [.control("c")]),
        ("\u{1A}", [.control("z")]), ("\u{0C}", [.control("l")]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]),
        ("\u{1B}[1;5C", [.right]), ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[H", [.home]),
        ("\u{1B}[1~", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}OF", [.end]), ("\u{1B}[Z", [.backTab]),
        ("\u{1B}OP", [.function(1)]), ("\u{1B}[[A", [.function(1)]), ("\u{1B}[11~", [.function(1)]),
        ("é", [.character("é")]), ("漢字", [.character("漢"), .character("字")]),
        ("\u{1B}[200~quit q\r\u{1B}[A\u{1B}[201~j", [.character("j")]),
        ("j\u{1B}[Bk", [.character("j"), .down, .character("k")]), ("\u{1B}[99;7Xj", [.character("j")]),
    ]

    @Test("bytes are the keys that terminals mean by them, however they are cut into portions", arguments: known)
    func meanings(_ bytes: String, _ keys: [Key]) {
        var whole = KeyDecoder()
        #expect(whole.feed(bytes.utf8) == keys)
        #expect(!whole.isUndecided)
        var cut = KeyDecoder()
        #expect(bytes.utf8.flatMap { cut.feed([$0]) } == keys)
    }

    @Test("ESC is the Escape key only when nothing follows")
    func escape() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0x1B]) == [])
        #expect(decoder.isUndecided)
        #expect(decoder.settle() == [.escape])
        #expect(!decoder.isUndecided)
        #expect(decoder.feed([0x1B]) + decoder.feed(Array("[A".utf8)) == [.up])
        #expect(decoder.feed([0x1B, 0x1B]) == [.escape])
        #expect(decoder.settle() == [.escape])
        #expect(decoder.feed(Array("\u{1B}[".utf8)) == [])
        #expect(decoder.settle() == [.escape, .character("[")])
    }

    @Test("bytes that are nothing are passed over, and no sequence is waited for without end")
    func rubbish() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0xFF, 0xC0, 0x80, UInt8(ascii: "a")]) == [.character("a")])
        #expect(decoder.feed([0xE2, UInt8(ascii: "b")]) == [.character("b")])
        _ = decoder.feed(Array("\u{1B}[".utf8) + Array(repeating: UInt8(ascii: "1"), count: 64))
        #expect(!decoder.isUndecided)
    }

    @Test("a paste that never ends is ended by Ctrl-C")
    func endlessPaste() {
        var decoder = KeyDecoder()
        #expect(decoder.feed("\u{1B}[200~abc".utf8) == [])
        #expect(decoder.feed([0x03]) == [.control("c")])
        #expect(decoder.feed("q".utf8) == [.character("q")])
    }
}
