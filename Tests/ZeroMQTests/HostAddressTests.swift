// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ZeroMQ

@Suite
struct HostAddressTests {
    @Test(
        "an address is written in one way only, and only this machine's own loopback counts as such",
        arguments: [
            ("127.0.0.1", "127.0.0.1", true), ("127.1", "127.0.0.1", true), ("127.255.0.3", "127.255.0.3", true),
            ("::1", "[::1]", true), ("0:0::1", "[::1]", true), ("::ffff:127.0.0.1", "127.0.0.1", true),
            ("0.0.0.0", "0.0.0.0", false), ("::", "[::]", false), ("10.0.0.1", "10.0.0.1", false),
            ("128.0.0.1", "128.0.0.1", false), ("::ffff:10.0.0.1", "10.0.0.1", false), ("::2", "[::2]", false),
        ]
    )
    func literals(_ text: String, _ written: String, _ isLoopback: Bool) throws {
        let address = try #require(HostAddress.literal(text))
        #expect(address.description == written)
        #expect(address.isLoopback == isLoopback)
    }

    @Test("a name is no address", arguments: ["localhost", "", "127.0.0.1.example.org", "[::1]"])
    func names(_ text: String) {
        #expect(HostAddress.literal(text) == nil)
    }

    @Test("localhost has loopback addresses, IPv4 first; a name that nobody has is told with the reason")
    func lookup() throws {
        let addresses = try HostAddress.all(of: "localhost")
        #expect(addresses.allSatisfy(\.isLoopback) && !addresses.isEmpty)
        #expect(addresses == addresses.sorted { !$0.description.hasPrefix("[") && $1.description.hasPrefix("[") })
        let error = #expect(throws: HostAddress.LookupError.self) { try HostAddress.all(of: "nobody.invalid") }
        #expect(error?.name == "nobody.invalid" && error?.reason.isEmpty == false)
    }

    @Test("this machine can listen at its own addresses alone, and those of its interfaces are among them")
    func own() throws {
        #expect(try #require(HostAddress.literal("127.0.0.1")).isOwn)
        #expect(try !#require(HostAddress.literal("192.0.2.1")).isOwn)
        #expect(HostAddress.ofInterface("lo").contains { $0.description == "127.0.0.1" })
        #expect(HostAddress.ofInterface("nothing0").isEmpty)
    }

    @Test("what keeps a connection from an address is told by its error")
    func errors() throws {
        let address = try #require(HostAddress.literal("127.0.0.1"))
        let router = try Socket(.router, context: Context())
        let port = try #require(UInt16(TCPEndpoint(router.bind("tcp://127.0.0.1:*"))?.port ?? ""))
        let targets = [ConnectionProbe.Target(address, port: port), .init(address, port: 1)]
        #expect(targets.map { ConnectionProbe.codes(of: [$0], within: .seconds(2)) } == [[0], [111]])
        #expect("\(ConnectionObstacle.unreachable([.init(address: "h:1", code: 111)]))".contains("refuses connections"))
        let same = ["h:1", "i:1", "h:1"].map { ConnectionObstacle.Attempt(address: $0, code: 111) }
        let text = "\(ConnectionObstacle.unreachable(same))"
        #expect(text.hasSuffix(" (so too at i:1)") && text.split(separator: "refuses").count == 2)
    }

    @Test(
        "an endpoint has a host and a port, or is none of TCP",
        arguments: [
            ("tcp://head:7461", "head", "7461"), ("tcp://[::1]:0", "::1", "0"), ("tcp://*:*", "*", "*"),
            ("tcp://::1:5", "::1", "5"),
        ]
    )
    func endpoints(_ text: String, _ host: String, _ port: String) {
        #expect(TCPEndpoint(text)?.host == host)
        #expect(TCPEndpoint(text)?.port == port)
        for bad in ["tcp://head", "tcp://:1", "tcp://head:", "ipc:///a:1", "tcp:head:1"] {
            #expect(TCPEndpoint(bad) == nil)
        }
    }

    @Test(
        "what is certain is told at once, the rest after five seconds and at growing intervals; addresses are looked for sooner"
    )
    func pacing() {
        var pacing = SearchPacing()
        var (searches, reports): ([Int], [Int]) = ([], [])
        for second in 0..<1000 {
            let due = pacing.due(after: .seconds(second))
            if due.search { searches.append(second) }
            if due.report == .full { reports.append(second) }
            #expect((due.report == .early) == (second == 1))
        }
        #expect(searches.prefix(3) == [0, 3, 6])
        #expect(reports == [5, 15, 35, 75, 155, 315, 635])
    }
}
