// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@testable import Dashboard

@Suite("Requests")
struct RequestTests {
    private func parse(_ text: String) throws -> WebRequest { try RequestHead.parse(Array(text.utf8)[...]) }

    private func status(_ text: String) -> Int? {
        do {
            _ = try parse(text)
            return nil
        } catch {
            return (error as? WebFault)?.status
        }
    }

    @Test("a browser's request is read")
    func plain() throws {
        let request = try parse(
            "GET /runs/a%20b/cells?q=glow+noise&state=complete&x HTTP/1.1\r\nHost: localhost:8470\r\nAccept: a\r\naccept: b\r\n\r\n"
        )
        #expect(request.path == ["runs", "a b", "cells"])
        #expect(request.query == [QueryItem("q", "glow noise"), QueryItem("state", "complete"), QueryItem("x", "")])
        #expect(request.headers == ["host": "localhost:8470", "accept": "a, b"])
        #expect(request.isKeptAlive)
        #expect(try parse("HEAD / HTTP/1.0\r\n\r\n").isKeptAlive == false)
    }

    @Test(
        "what two servers could understand in two ways is refused",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("get / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 413),
            ("GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /%0d%0a HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("\r\n\r\n", 400),
        ]
    )
    func refused(_ text: String, _ expected: Int) {
        #expect(status(text) == expected)
    }

    @Test("sizes are bounded")
    func sizes() {
        let many = (0..<101).map { "A\($0): b\r\n" }.joined()
        #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n") == 431)
        #expect(status("GET /\(String(repeating: "a", count: 5000)) HTTP/1.1\r\nHost: a\r\n\r\n") == 414)
    }

    @Test("the end of a head is found wherever its bytes were cut")
    func end() {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest".utf8)
        for known in 0...25 { #expect(RequestHead.end(in: bytes, known: known) == 27) }
        #expect(RequestHead.end(in: Array("GET / HTTP/1.1\r\nHost: a\r\n\r".utf8)) == nil)
    }

    @Test("what a query encodes it decodes")
    func roundTrip() throws {
        let items = [QueryItem("q", "a&b=c +%/ü日"), QueryItem("page", "2")]
        #expect(try RequestTarget.items(Array(RequestTarget.query(items).dropFirst().utf8)[...]) == items)
    }

    @Test("a page's address keeps the choice, the order and the page")
    func cellTable() throws {
        var query = CellTableQuery([
            QueryItem("q", "noise 0.001"), QueryItem("state", "complete"), QueryItem("sort", "difference"),
            QueryItem("desc", "1"), QueryItem("page", "3"), QueryItem("model", "glow"), QueryItem("unknown", "x"),
        ])
        #expect(query.cells.words == ["noise", "0.001"] && query.cells.condition == .complete && query.page == 3)
        #expect(CellTableQuery(query.items) == query)
        // The same column again turns the order around, another one begins anew.
        #expect(!query.sorted(by: .difference).cells.isDescending)
        query = query.sorted(by: .model)
        #expect(query.page == 1 && query.cells.order == .model && !query.cells.isDescending)
        #expect(CellTableQuery([QueryItem("page", "-7"), QueryItem("sort", "x")]).items.isEmpty)
    }
}
