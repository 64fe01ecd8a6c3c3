// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import WireProtocol

/// Bytes written by `protoc --encode=bitsweep.protocol.Envelope bitsweep.proto` from the texts in the comments.
@Suite
struct GoldenTests {
    @Test("a hello is written as it always was, and read back")
    func hello() throws {
        // major: 1 hello { software: "bitsweep 0.1.0" numerics_version: 1 numerics_fingerprint: "c0ffee"
        //   worker: "\000…\017" host: "node-1" process: 4242 threads: 8 instruction_set: "avx512"
        //   unacknowledged { cell: "\020…\037" lower: 64 upper: 67 number: 2 epoch: 3 } images_per_second: 233.5 }
        let golden =
            "080152660a0e626974737765657020302e312e3010011a066330666665652210000102030405060708090a0b0c0d0e0f"
            + "2a066e6f64652d31309221380842066176783531324a1a0a10101112131415161718191a1b1c1d1e1f1040184320022803"
            + "590000000000306d40"
        var hello = Fixture.hello
        hello.worker = try #require(WorkerIdentity(bytes: 0..<16))
        hello.unacknowledged = [try attempt()]
        try expect(.hello(hello), golden)
    }

    @Test("a result is written as it always was, its values little-endian, and read back")
    func result() throws {
        // major: 1 shard_result { attempt { … as above … } index_steps: [0, 5, 295]
        //   columns { name: "bpd" values: [1, -2.5, inf] } compute_seconds: 0.25 non_finite: 1 }
        let golden =
            "08015a420a1a0a10101112131415161718191a1b1c1d1e1f104018432002280312040005a7021a130a03627064120c"
            + "0000803f000020c00000807f21000000000000d03f2801"
        let columns = [ResultTable.Column(name: "bpd", values: [1, -2.5, .infinity])]
        let table = ResultTable(indices: [0, 5, 300], columns: columns)
        let result = ShardResult(attempt: try attempt(), table: table, computeSeconds: 0.25)
        #expect(result.nonFinite == 1)
        try expect(.result(result), golden)
    }

    private func attempt() throws -> AttemptIdentity {
        let cell = try #require(CellID(bytes: UInt8(16)..<32))
        return AttemptIdentity(shard: Shard(cell: cell, lower: 64, upper: 67), attempt: 2, epoch: 3)
    }

    private func expect(_ message: WorkerMessage, _ golden: String) throws {
        let hexadecimal = message.encoded().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(hexadecimal == golden)
        let digits = golden.compactMap(\.hexDigitValue)
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        #expect(try WorkerMessage(decoding: bytes) == message)
    }
}
