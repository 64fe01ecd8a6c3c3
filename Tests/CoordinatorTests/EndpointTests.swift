// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Testing
import ZeroMQ

@testable import Coordinator

@Suite("Endpoint")
struct EndpointTests {
    @Test(
        "loopback addresses are reached by this machine alone",
        arguments: ["tcp://127.0.0.1:7461", "tcp://127.8.9.1:*", "tcp://localhost:0", "tcp://[::1]:1", "ipc:///run/b"]
    )
    func local(_ endpoint: String) throws {
        #expect(try Endpoint(listening: endpoint).isLocal)
    }

    @Test(
        "other addresses are not, whatever they look like",
        arguments: [
            "tcp://0.0.0.0:7461", "tcp://*:7461", "tcp://10.0.0.1:1", "tcp://127.0.0.1.example.org:1", "tcp://[::]:1",
            "tcp://loopback:1", "tcp://lo:1",
        ]
    )
    func foreign(_ endpoint: String) throws {
        let names = Self.names(["127.0.0.1.example.org": ["10.0.0.1"], "loopback": ["10.0.0.2"]], ["lo": ["10.0.0.3"]])
        #expect(try !Endpoint(listening: endpoint, names: names).isLocal)
    }

    /// A machine whose names are these, and whose own addresses begin with 10 or 127, or are ::1.
    private static func names(
        _ hosts: [String: [String]],
        _ interfaces: [String: [String]] = [:],
        outgoing: String? = nil,
        all: KeyValuePairs<String, String> = [:]
    ) -> NameService {
        @Sendable func addresses(_ texts: [String]) -> [HostAddress] { texts.compactMap { HostAddress.literal($0) } }
        return NameService(
            host: { name throws(HostAddress.LookupError) in
                guard let known = hosts[name] else { throw HostAddress.LookupError(name: name, reason: "unheard of") }
                return addresses(known)
            },
            interface: { addresses(interfaces[$0] ?? []) },
            interfaces: { [all = Array(all)] in
                all.flatMap { entry in addresses([entry.value]).map { (entry.key, $0) } }
            },
            isOwn: { $0.description.hasPrefix("10.") || $0.isLoopback },
            ownName: { "head" },
            outgoing: { outgoing.flatMap { HostAddress.literal($0) } }
        )
    }

    @Test("whether keys are needed is decided on the very address that is listened at")
    func resolved() throws {
        let names = Self.names(
            ["head": ["192.0.2.1", "10.0.0.5", "10.1.0.5"], "self": ["127.0.1.1", "::1"]],
            ["eth0": ["10.0.0.7", "fe80::1"]]
        )
        let head = try Endpoint(listening: "tcp://head:7461", names: names)
        #expect(head.resolved == "tcp://10.0.0.5:7461" && !head.isLocal)
        #expect(head.notice == "'head' has several addresses; listening at 10.0.0.5, not at 192.0.2.1, 10.1.0.5")
        let own = try Endpoint(listening: "tcp://self:0", names: names)
        #expect(own.resolved == "tcp://127.0.1.1:0" && own.isLocal)
        #expect(own.notice?.contains("127.0.1.1 here, which other machines cannot reach") == true)
        let interface = try Endpoint(listening: "tcp://eth0:*", names: names)
        #expect(interface.resolved == "tcp://10.0.0.7:*" && !interface.isLocal)
        // Other ways to write 127.0.0.1.
        for text in ["tcp://127.1:5", "tcp://2130706433:5", "tcp://[::ffff:127.0.0.1]:5"] {
            let written = try Endpoint(listening: text, names: names)
            #expect(written.resolved == "tcp://127.0.0.1:5" && written.isLocal && written.notice == nil)
        }
        #expect(try Endpoint(listening: "tcp://::1:5", names: names).resolved == "tcp://[::1]:5")
    }

    @Test("a name that is nobody's, or another machine's, gets a line")
    func nobody() {
        let names = Self.names(["far": ["192.0.2.1", "192.0.2.2"]])
        let unknown = #expect(throws: CommandFailure.self) {
            try Endpoint(listening: "tcp://nobody:7461", names: names)
        }
        #expect(
            unknown?.description
                == "--listen tcp://nobody:7461: 'nobody' is no network interface of this machine and no known host "
                + "(unheard of); listen at an address of this machine, or on tcp://*:7461"
        )
        let far = #expect(throws: CommandFailure.self) { try Endpoint(listening: "tcp://far:7461", names: names) }
        #expect(far?.description.contains("'far' is 192.0.2.1, 192.0.2.2, which is no address of this machine") == true)
    }

    @Test("what is no endpoint is refused with an example")
    func malformed() throws {
        let error = #expect(throws: CommandFailure.self) { try Endpoint(listening: "7461") }
        #expect("\(try #require(error))".contains("tcp://127.0.0.1:7461"))
    }

    @Test("others are told the name, the outgoing address and every other one that leads here")
    func reachable() {
        let all: KeyValuePairs = [
            "lo": "127.0.0.1", "eth0": "10.0.0.6", "ib0": "10.9.0.6", "docker0": "172.17.0.1", "eth0 ": "fe80::1",
            "eth1": "169.254.7.7", "eth2": "fd00::6", "lo ": "::1",
        ]
        let names = Self.names(["head": ["10.0.0.5"]], outgoing: "10.0.0.6", all: all)
        #expect(
            Endpoint.reachable("tcp://*:99", names: names)?.endpoints
                == ["tcp://head:99", "tcp://10.0.0.6:99", "tcp://10.9.0.6:99", "tcp://[fd00::6]:99"]
        )
        // Nothing listens at IPv6 there.
        #expect(Endpoint.reachable("tcp://0.0.0.0:99", names: names)?.endpoints.contains("tcp://[fd00::6]:99") == false)
        #expect(Endpoint.reachable("tcp://10.0.0.6:99", names: names)?.endpoints == ["tcp://10.0.0.6:99"])
        #expect(
            Endpoint.reachable("tcp://*:99", names: Self.names(["head": ["127.0.1.1"]], all: ["lo": "127.0.0.1"]))
                == nil
        )
    }

    @Test("a wildcard becomes a name that others can connect to")
    func dialled() {
        #expect(Endpoint.local("tcp://0.0.0.0:99") == "tcp://127.0.0.1:99")
        #expect(Endpoint.dialled("tcp://127.0.0.1:99") == "tcp://127.0.0.1:99")
        let known = Self.names(["head": ["10.0.0.5"]], outgoing: "10.0.0.6")
        #expect(Endpoint.dialled("tcp://0.0.0.0:99", names: known) == "tcp://head:99")
        // A name that only this machine knows is of no use to others.
        let unknown = Self.names(["head": ["127.0.1.1"]], outgoing: "10.0.0.6")
        #expect(Endpoint.dialled("tcp://*:99", names: unknown) == "tcp://10.0.0.6:99")
        #expect(Endpoint.dialled("tcp://[::]:99", names: Self.names([:])) == "tcp://head:99")
    }
}
