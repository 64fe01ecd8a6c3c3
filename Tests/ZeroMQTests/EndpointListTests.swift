// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing
import ZeroMQ

@Suite("Lists of endpoints")
struct EndpointListTests {
    @Test("lists and repeated options are one list, each endpoint once, in order")
    func parsing() throws {
        let list = try EndpointList(parsing: [
            "tcp://head:7461, tcp://[fd00::5]:7461", "tcp://10.0.0.5:1,tcp://head:7461",
        ])
        #expect(list.endpoints == ["tcp://head:7461", "tcp://[fd00::5]:7461", "tcp://10.0.0.5:1"])
        #expect(try EndpointList(parsing: ["\(list)"]) == list)
    }

    @Test("one endpoint is whatever the transport takes; of several each has a host and a port")
    func alone() throws {
        for text in ["ipc:///run/x", "tcp://10.0.0.1:0;10.0.0.2:5"] {
            #expect(try EndpointList(parsing: [text]).endpoints == [text])
            #expect(throws: EndpointList.Problem.self) { try EndpointList(parsing: [text, "tcp://a:1"]) }
        }
        for text in [
            "head:7461", "", "tcp://a:1,", "tcp://a:1,tcp://b", "tcp://a:1,tcp://b:0", "tcp://a:1,tcp://b:99999",
        ] {
            let problem = #expect(throws: EndpointList.Problem.self, "\(text)") { try EndpointList(parsing: [text]) }
            #expect(problem?.description.contains("tcp://HOST:PORT") == true)
        }
        #expect(throws: EndpointList.Problem.self) { try EndpointList(parsing: (1...17).map { "tcp://a:\($0)" }) }
    }

    @Test("addresses are called together: one that is silent does not hold up one that answers")
    func probe() throws {
        let router = try Socket(.router, context: Context())
        let port = try #require(try TCPEndpoint(router.bind("tcp://127.0.0.1:*")).flatMap { UInt16($0.port) })
        let silent = try #require(HostAddress.literal("192.0.2.1"))
        let own = try #require(HostAddress.literal("127.0.0.1"))
        let targets = [
            ConnectionProbe.Target(silent, port: port), ConnectionProbe.Target(own, port: 1),
            ConnectionProbe.Target(own, port: port), ConnectionProbe.Target(silent, port: 9),
        ]
        let begun = ContinuousClock.now
        let codes = ConnectionProbe.codes(of: targets, within: .seconds(10))
        #expect(begun.duration(to: .now) < .seconds(2))
        #expect(codes[0] != 0 && codes[1] == ECONNREFUSED && codes[2] == 0 && codes[3] != 0)
    }
}
