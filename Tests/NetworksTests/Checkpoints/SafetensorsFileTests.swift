// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import TestSupport
import Testing
import Vocabulary

@Suite struct SafetensorsFileTests {
    /// A file of that header and that many zero bytes of data.
    static func file(_ header: String, data: Int = 0) -> [UInt8] {
        let text = Array(header.utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return length + text + [UInt8](repeating: 0, count: data)
    }

    static func tensor(_ name: String, dtype: String = "F32", shape: String, offsets: String) -> String {
        "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    static let damaged: [(bytes: [UInt8], message: String)] = [
        ([], "t: an empty file, not a safetensors file; was it written or fetched to its end?"),
        ([1, 0, 0], "t: 3 bytes are too few for a safetensors file"),
        (
            [UInt8](repeating: 255, count: 16),
            "t: not a safetensors file: header of 18446744073709551615 bytes, limit 16777216"
        ),
        ([9, 0, 0, 0, 0, 0, 0, 0, 0x7b], "t: truncated: header of 9 bytes in a file of 9"),
        (file(""), "t: malformed header at its byte 0: expected '{'"),
        (file("[]"), "t: malformed header at its byte 0: expected '{'"),
        (file("{\"a\""), "t: malformed header at its byte 4: expected ':'"),
        (file("{\"a"), "t: malformed header at its byte 3: a string without its end"),
        (file("{\"\\"), "t: malformed header at its byte 3: an unknown escape in a string"),
        (file("{\"\\ud800x"), "t: malformed header at its byte 9: half a surrogate pair"),
        (file("{\"\\u12g4\":"), "t: malformed header at its byte 7: \\u needs four hexadecimal digits"),
        (file("{\"\u{1}\":"), "t: malformed header at its byte 3: a control character in a string"),
        (file("{} x"), "t: malformed header at its byte 3: text after the header's last brace"),
        (file("{\"a\":{\"dtype\":1}}"), "t: malformed header at its byte 14: expected '\"'"),
        (
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", data: 4),
            "t: tensor 'a': malformed header at its byte 32: data_offsets missing"
        ),
        (
            file("{\"a\":{\"kind\":\"F32\"}}"),
            "t: tensor 'a': malformed header at its byte 13: 'kind' is not expected here"
        ),
        (
            file("{\(tensor("a", shape: "[1]", offsets: "[0]"))}", data: 4),
            "t: tensor 'a': malformed header at its byte 50: data_offsets must be two numbers"
        ),
        (
            file("{\(tensor("a", shape: "[-1]", offsets: "[0,4]"))}", data: 4),
            "t: malformed header at its byte 29: expected a whole number, not negative"
        ),
        (
            file("{\(tensor("a", shape: "[1,1,1,1,1,1,1,1,1]", offsets: "[0,4]"))}", data: 4),
            "t: malformed header at its byte 45: more than 8 numbers"
        ),
        (
            file("{\(tensor("a", shape: "[99999999999999999999]", offsets: "[0,4]"))}", data: 4),
            "t: malformed header at its byte 47: a number too large"
        ),
        (
            file("{\(tensor("a", shape: "[4611686018427387904,4]", offsets: "[0,4]"))}", data: 4),
            "t: tensor 'a': shape [4611686018427387904, 4] is too large"
        ),
        (
            file("{\(tensor("a", dtype: "F8", shape: "[1]", offsets: "[0,4]"))}", data: 4),
            "t: tensor 'a': unknown dtype 'F8'; known: F32, F16, BF16, F64, I8, I16, I32, I64, U8, "
                + "U16, U32, U64, BOOL"
        ),
        (
            file("{\(tensor("a", shape: "[3]", offsets: "[0,8]"))}", data: 8),
            "t: tensor 'a': 8 bytes, but shape [3] of F32 needs 12"
        ),
        (
            file("{\(tensor("a", shape: "[2]", offsets: "[0,8]"))}", data: 7),
            "t: truncated: its header promises 8 bytes of data, and 7 are there; fetch or copy it again"
        ),
        (
            file("{\(tensor("a", shape: "[2]", offsets: "[8,0]"))}", data: 8),
            "t: tensor 'a': data_offsets [8, 0] end before they begin"
        ),
        (
            file(
                "{\(tensor("a", shape: "[2]", offsets: "[0,8]")),\(tensor("b", shape: "[2]", offsets: "[4,12]"))}",
                data: 12
            ),
            "t: tensor 'b': its data overlaps the tensor before it"
        ),
        (
            file(
                "{\(tensor("a", shape: "[1]", offsets: "[0,4]")),\(tensor("b", shape: "[1]", offsets: "[8,12]"))}",
                data: 12
            ),
            "t: tensor 'b': its data leaves a gap before it"
        ),
        (file("{\(tensor("a", shape: "[1]", offsets: "[0,4]"))}", data: 6), "t: 2 bytes after the last tensor"),
        (
            file("{\(tensor("a", shape: "[0]", offsets: "[0,0]")),\(tensor("a", shape: "[0]", offsets: "[0,0]"))}"),
            "t: tensor 'a': malformed header at its byte 58: the name occurs twice"
        ),
        (
            file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"),
            "t: malformed header at its byte 32: metadata 'a' occurs twice"
        ),
        (
            file("{\(tensor("a\\nb\\u001b", shape: "[1]", offsets: "[0,0]"))}"),
            "t: tensor 'a\u{FFFD}b\u{FFFD}': 0 bytes, but shape [1] of F32 needs 4"
        ),
    ]

    @Test("a malformed file is refused in one line that names the place", arguments: damaged)
    func malformed(bytes: [UInt8], message: String) {
        let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(bytes: bytes, name: "t") }
        #expect(error?.description == message)
    }

    @Test("whatever bytes are cut off or changed, reading ends with a file or an error", arguments: 0..<4)
    func hostileBytes(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        var writer = SafetensorsWriter(metadata: ["k\"": "v\\\n"])
        writer.add("a", Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))
        writer.add("b", shape: [2], integers: [1, 2])
        let whole = writer.encoded()
        for length in 0..<whole.count {
            #expect(throws: CheckpointError.self) { try SafetensorsFile(bytes: Array(whole[..<length]), name: "t") }
        }
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let file = try? SafetensorsFile(bytes: bytes, name: "t") else { continue }
            for name in file.entries.keys { _ = try? file.tensor(name) }
        }
    }

    @Test("every element type is decoded as its definition says")
    func elementTypes() throws {
        let stored: [(String, Int, [UInt8], [Float])] = [
            ("F32", 2, [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1], [1, -10]),
            ("F16", 5, [0, 0x3c, 0, 0xc9, 1, 0, 0, 0x7c, 0xff, 0x7b], [1, -10, 0x1p-24, .infinity, 65504]),
            ("BF16", 2, [0x80, 0x3f, 0x20, 0xc1], [1, -10]),
            ("F64", 1, [0, 0, 0, 0, 0, 0, 0x24, 0xc0], [-10]),
            ("I32", 2, [1, 0, 0, 0, 0xf6, 0xff, 0xff, 0xff], [1, -10]),
            ("I64", 1, [0xf6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-10]),
            ("U8", 3, [0, 1, 255], [0, 1, 255]),
        ]
        for (dtype, count, bytes, values) in stored {
            let entry = Self.tensor("a", dtype: dtype, shape: "[\(count)]", offsets: "[0,\(bytes.count)]")
            let file = try SafetensorsFile(bytes: Self.file("{\(entry)}") + bytes, name: "t")
            #expect(try file.tensor("a").values == values, "\(dtype)")
            if dtype.hasPrefix("I") { #expect(try file.integers("a") == values.map { Int($0) }) }
        }
    }

    @Test("a NaN of half precision stays one, negative zero too")
    func halfSpecials() throws {
        let entry = Self.tensor("a", dtype: "F16", shape: "[2]", offsets: "[0,4]")
        let file = try SafetensorsFile(bytes: Self.file("{\(entry)}") + [1, 0x7e, 0, 0x80], name: "t")
        let values = try file.tensor("a").values
        #expect(values[0].isNaN)
        #expect(values[1].bitPattern == 0x8000_0000)
    }

    @Test("what is written is read back, from bytes that do not depend on the order of additions")
    func roundTrip() throws {
        let tensors = ["z": Tensor(shape: [], values: [.nan]), "a.b": Tensor(shape: [2, 1], values: [1, -0.0])]
        let metadata = ["quote\"": "back\\slash\u{7}", "ü": "日本"]
        func written(_ names: [String]) throws -> [UInt8] {
            var writer = SafetensorsWriter(metadata: metadata)
            for name in names { writer.add(name, try #require(tensors[name])) }
            writer.add("n", shape: [3], integers: [-1, 0, 7])
            writer.add("d", shape: [1], doubles: [0.1])
            return writer.encoded()
        }
        let bytes = try written(["z", "a.b"])
        #expect(try bytes == written(["a.b", "z"]))
        #expect(bytes[0] % 8 == 0, "the data must begin at a multiple of eight bytes")
        let file = try SafetensorsFile(bytes: bytes, name: "t")
        #expect(file.metadata == metadata)
        #expect(try file.integers("n") == [-1, 0, 7])
        #expect(try file.tensor("d").values == [0.1])
        for (name, tensor) in tensors {
            let read = try file.tensor(name)
            #expect(read.shape == tensor.shape)
            #expect(read.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
    }

    @Test("a tensor that is not there, or not of integers, is named")
    func wrongRequests() throws {
        var writer = SafetensorsWriter()
        writer.add("a", Tensor(shape: [1], values: [1]))
        let file = try SafetensorsFile(bytes: writer.encoded(), name: "t")
        #expect(throws: CheckpointError(file: "t", at: .tensor("b"), "missing")) { try file.tensor("b") }
        let error = #expect(throws: CheckpointError.self) { try file.integers("a") }
        #expect(error?.description == "t: tensor 'a': holds F32, integers are needed")
    }

    @Test("a path without a file, or with a folder, is refused")
    func paths() {
        #expect(throws: CheckpointError(file: "/no/such", "no such file, or it may not be read")) {
            try SafetensorsFile(contentsOf: "/no/such")
        }
        #expect(throws: CheckpointError(file: "/", "not a regular file")) { try SafetensorsFile(contentsOf: "/") }
    }
}
