// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

/// Bytes written by `protoc --encode=bitsweep.protocol.Envelope bitsweep.proto` from the texts in the comments, in which
/// CELL is the bytes 16 … 31, WORKER 0 … 15 and DIGEST 0 … 31.
@Suite
struct GoldenTests {
    private static let attempt = "0a10101112131415161718191a1b1c1d1e1f"
    private static let digest = "0a20000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    @Test("a hello is written as it always was, and read back")
    func hello() throws {
        // major: 1 minor: 4 hello { software: "bitsweep 0.1.0" numerics_version: 1 numerics_fingerprint: "c0ffee"
        //   worker: WORKER host: "node-1" process: 4242 threads: 8 instruction_set: "avx512"
        //   unacknowledged { cell: CELL lower: 64 upper: 67 number: 2 epoch: 3 } images_per_second: 233.5 }
        let golden =
            "0801100552660a0e626974737765657020302e312e3010011a066330666665652210000102030405060708090a0b0c0d0e0f"
            + "2a066e6f64652d31309221380842066176783531324a1a\(Self.attempt)104018432002280359"
            + "0000000000306d40"
        var hello = Fixture.hello
        hello.worker = try #require(WorkerIdentity(bytes: 0..<16))
        hello.unacknowledged = [try attempt(64..<67, 2)]
        try expect(.hello(hello), golden)
    }

    @Test("a single result is written as it always was, its values little-endian, and read back")
    func result() throws {
        // major: 1 minor: 4 shard_result { attempt { … as above … } index_steps: [0, 5, 295]
        //   columns { name: "bpd" values: [1, -2.5, inf] } compute_seconds: 0.25 non_finite: 1 }
        let golden =
            "080110055a420a1a\(Self.attempt)104018432002280312040005a7021a130a03627064120c"
            + "0000803f000020c00000807f21000000000000d03f2801"
        try expect(.results([try result(64..<67, 2, [0, 5, 300], [1, -2.5, .infinity], 0.25)]), golden)
    }

    @Test("several results are written as one batch, and read back")
    func results() throws {
        // major: 1 minor: 4 result_batch { groups {
        //   attempts { cell: CELL epoch: 3 gaps: [64, 0, -68] counts: [3, 1, 2] numbers: [2, 1, 1] }
        //   indices { gaps: [0, 4, 294, -5] lengths: [1, 1, 2, 2] }
        //   columns { name: "bpd" values: [1, -2.5, inf, 0, 4, 5] } compute_seconds: [0.25, 0.5, 1] non_finite: 1 } }
        let golden =
            "080110058201750a730a25\(Self.attempt)10031a05800100870122030301022a03020101120d0a050008cc0409120401010202"
            + "1a1f0a0362706412180000803f000020c00000807f00000000000080400000a040"
            + "2218000000000000d03f000000000000e03f000000000000f03f2801"
        let results = [
            try result(64..<67, 2, [0, 5, 300], [1, -2.5, .infinity], 0.25),
            try result(67..<68, 1, [301], [0], 0.5),
            try result(0..<2, 1, [297, 298], [4, 5], 1),
        ]
        try expect(.results(results), golden)
    }

    @Test("an acknowledgement of several attempts is written as groups, and read back")
    func acknowledge() throws {
        // major: 1 minor: 4 acknowledge {
        //   groups { cell: CELL epoch: 3 gaps: [64, 0] counts: [3, 1] numbers: [2, 1] }
        //   groups { cell: CELL epoch: 4 gaps: [1] counts: [1] numbers: [1] } }
        let golden =
            "080110058202421221\(Self.attempt)10031a03800100220203012a02020112"
            + "1d\(Self.attempt)10041a01022201012a0101"
        var last = try attempt(1..<2, 1)
        last.epoch = 4
        try expect(.acknowledge([try attempt(64..<67, 2), try attempt(67..<68, 1), last]), golden)
    }

    @Test("assignments are written as one group for each cell, and read back")
    func assign() throws {
        // major: 1 minor: 4 assign_batch {
        //   groups { attempts { cell: CELL epoch: 3 gaps: [0, 0] counts: [1, 1] numbers: [1, 1] }
        //     model { name: "glow" checkpoint: "g.safetensors" digest: DIGEST conditioning: LABEL
        //       checkpoint_bytes: 1000 }
        //     dataset { name: "mnist" split: "test" digest: DIGEST builtin: "mnist" } transform { name: "identity" }
        //     seed: 7 indices { gaps: [10] lengths: [2] } }
        //   groups { attempts { cell: WORKER epoch: 3 gaps: [5] counts: [1] numbers: [1] } model { … as above … }
        //     dataset { name: "own" split: "train" digest: DIGEST idx { images: "i" labels: "l" }
        //       images_file { digest: DIGEST bytes: 9 } labels_file { digest: DIGEST bytes: 8 } }
        //     transform { name: "translate" parameters: "dx=1 dy=0 fill=zero stage=after-resize" }
        //     indices { gaps: [0] lengths: [1] } } }
        let model = "123c0a04676c6f77120d672e7361666574656e736f72731a" + Self.digest.dropFirst(2) + "200128e807"
        let golden =
            "08011005a202d3030aae010a20\(Self.attempt)10031a020000220201012a020101" + model
            + "1a360a056d6e6973741204746573741a" + Self.digest.dropFirst(2) + "22056d6e697374220a0a086964656e74697479"
            + "280732060a01141201020a9f020a1d0a10000102030405060708090a0b0c0d0e0f10031a010a2201012a0101" + model
            + "1a82010a036f776e1205747261696e1a" + Self.digest.dropFirst(2)
            + "2a060a016912016c3224\(Self.digest)10093a24"
            + "\(Self.digest)100822330a097472616e736c617465122664783d312064793d302066696c6c3d7a65726f2073746167653d"
            + "61667465722d726573697a6532060a0100120101"
        try expect(.assign(try assignments()), golden)
    }

    @Test("a client's wishes are written as they always were, and read back")
    func control() throws {
        // major: 1 minor: 4 control_request { number: 9 run: "r" drain: "node-1:4242" }
        let drain = ClientMessage.control(ControlRequest(.drain(worker: "node-1:4242"), number: 9, run: "r"))
        #expect(hexadecimal(drain.encoded()) == "08011005a203120809120172220b6e6f64652d313a34323432")
        // major: 1 minor: 4 control_request { number: 1 plain: PLAIN_PAUSE }
        let pause = ClientMessage.control(ControlRequest(.pause, number: 1))
        #expect(hexadecimal(pause.encoded()) == "08011005a2030408011801")
        for message in [drain, pause] { #expect(try ClientMessage(decoding: message.encoded()) == message) }
    }

    @Test("a part of an artifact is written as it always was, and read back")
    func artifact() throws {
        // major: 1 minor: 4 artifact_chunk { digest: DIGEST offset: 5 total_bytes: 8 content: "abc" }
        let golden = "08011005aa022b\(Self.digest)100518082203616263"
        let digest = try #require(Digest(bytes: UInt8(0)..<32))
        try expect(
            .artifactChunk(ArtifactChunk(digest: digest, offset: 5, totalBytes: 8, bytes: [97, 98, 99])),
            golden
        )
    }

    // MARK: Parts

    private func attempt(_ positions: Range<Int>, _ number: UInt32) throws -> AttemptIdentity {
        let cell = try #require(CellID(bytes: UInt8(16)..<32))
        let shard = Shard(cell: cell, lower: positions.lowerBound, upper: positions.upperBound)
        return AttemptIdentity(shard: shard, attempt: number, epoch: 3)
    }

    private func result(
        _ positions: Range<Int>,
        _ number: UInt32,
        _ indices: [UInt32],
        _ values: [Float],
        _ seconds: Double
    ) throws -> ShardResult {
        let table = ResultTable(indices: indices, columns: [.init(name: "bpd", values: values)])
        return ShardResult(attempt: try attempt(positions, number), table: table, computeSeconds: seconds)
    }

    private func assignments() throws -> [Assignment] {
        let digest = try #require(Digest(bytes: UInt8(0)..<32))
        let first = Assignment(
            attempt: try attempt(0..<1, 1),
            spec: ShardSpec(
                model: ModelSpec(
                    name: "glow",
                    location: ModelLocation(text: "g.safetensors"),
                    digest: digest,
                    conditioning: .label,
                    bytes: 1000
                ),
                dataset: DatasetSpec(name: "mnist", source: .builtin("mnist"), split: "test", content: digest),
                transform: .identity,
                seed: 7,
                indices: [10]
            )
        )
        var second = first
        second.attempt = try attempt(1..<2, 1)
        second.spec.indices = [11]
        let cell = try #require(CellID(bytes: UInt8(0)..<16))
        let own = Assignment(
            attempt: AttemptIdentity(shard: Shard(cell: cell, lower: 5, upper: 6), attempt: 1, epoch: 3),
            spec: ShardSpec(
                model: first.spec.model,
                dataset: DatasetSpec(
                    name: "own",
                    source: .idx(images: "i", labels: "l"),
                    split: "train",
                    content: digest,
                    files: .init(
                        images: ArtifactReference(digest: digest, bytes: 9),
                        labels: ArtifactReference(digest: digest, bytes: 8)
                    )
                ),
                transform: .translate(Translation(dx: 1)),
                seed: 0,
                indices: [0]
            )
        )
        return [first, second, own]
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private func bytes(_ golden: String) -> [UInt8] {
        let digits = golden.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private func expect(_ message: WorkerMessage, _ golden: String) throws {
        #expect(hexadecimal(message.encoded()) == golden)
        #expect(try WorkerMessage(decoding: bytes(golden)) == message)
    }

    private func expect(_ message: CoordinatorMessage, _ golden: String) throws {
        #expect(hexadecimal(message.encoded()) == golden)
        #expect(try CoordinatorMessage(decoding: bytes(golden)) == message)
    }
}
