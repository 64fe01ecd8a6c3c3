// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Testing

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
        ]
    )
    func foreign(_ endpoint: String) throws {
        #expect(try !Endpoint(listening: endpoint).isLocal)
    }

    @Test("what is no endpoint is refused with an example")
    func malformed() throws {
        let error = #expect(throws: CommandFailure.self) { try Endpoint(listening: "7461") }
        #expect("\(try #require(error))".contains("tcp://127.0.0.1:7461"))
    }

    @Test("a wildcard becomes a name that others can connect to")
    func dialled() {
        #expect(Endpoint.local("tcp://0.0.0.0:99") == "tcp://127.0.0.1:99")
        #expect(Endpoint.dialled("tcp://127.0.0.1:99") == "tcp://127.0.0.1:99")
        #expect(Endpoint.dialled("tcp://0.0.0.0:99") == "tcp://\(ProcessInfo.processInfo.hostName):99")
    }
}
