// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPDownloaderTests {
    private let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }

    private func answer(_ head: String, _ body: [UInt8]) -> [UInt8] {
        Array("HTTP/1.1 \(head)\r\nConnection: close\r\n\r\n".utf8) + body
    }

    private func fetch(_ answer: [UInt8], limit: Int = 300_000, points: Points = Points()) throws -> [UInt8] {
        let server = try LoopbackServer(answer: answer)
        return try withExtendedLifetime(server) {
            try HTTPDownloader(patience: .seconds(10)).fetch(server.url("file.gz"), limit: limit) { points.append($0) }
        }
    }

    @Test("a file arrives whole, and progress rises to its size")
    func whole() throws {
        let points = Points()
        #expect(try fetch(answer("200 OK\r\nContent-Length: 300000", content), points: points) == content)
        let received = points.all.map(\.received)
        #expect(received == received.sorted())
        #expect(received.last == 300_000)
        #expect(points.all.allSatisfy { $0.total == 300_000 })
    }

    @Test("a file without an announced length arrives whole")
    func unannounced() throws {
        let points = Points()
        #expect(try fetch(answer("200 OK", content), points: points) == content)
        #expect(points.all.last == DownloadProgress(url: points.all[0].url, received: 300_000, total: nil))
    }

    @Test("a status that is not success is refused with its number", arguments: [404, 500])
    func status(code: Int) {
        let error = #expect(throws: DownloadError.self) {
            try fetch(answer("\(code) Sorry\r\nContent-Length: 2", [1, 2]))
        }
        #expect(error?.reason == "HTTP status \(code)")
    }

    @Test(
        "a file that is too long is refused, announced or not",
        arguments: ["200 OK\r\nContent-Length: 300000", "200 OK"]
    )
    func tooLong(head: String) {
        let error = #expect(throws: DownloadError.self) { try fetch(answer(head, content), limit: 299_999) }
        #expect(error?.reason == "more than 299,999 bytes")
    }

    @Test("a connection that ends early is refused")
    func cutShort() {
        #expect(throws: DownloadError.self) {
            try fetch(answer("200 OK\r\nContent-Length: 300001", content), limit: 400_000)
        }
    }

    @Test("a server that is not there is refused with the address")
    func dead() throws {
        let url = try LoopbackServer(answer: []).url("file.gz")
        let error = #expect(throws: DownloadError.self) {
            try HTTPDownloader(patience: .seconds(5)).fetch(url, limit: 10) { _ in }
        }
        #expect(error?.description.hasPrefix(url + ": ") == true)
    }

    @Test("text that is no web address is refused", arguments: ["", "file.gz", "http://"])
    func noAddress(url: String) {
        #expect(throws: DownloadError(url: url, reason: "not a web address")) {
            try HTTPDownloader().fetch(url, limit: 10) { _ in }
        }
    }
}
