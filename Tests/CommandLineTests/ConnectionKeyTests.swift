// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Keyring
import TestSupport
import Testing
import ZeroMQ

@testable import CommandLine

@Suite("Keys to connect with")
struct ConnectionKeyTests {
    @Test("--key and --insecure exclude each other")
    func exclusion() {
        let error = #expect(throws: (any Error).self) { try KeyOptions.parse(["--key", "a.key", "--insecure"]) }
        #expect(error.map { KeyOptions.message(for: $0) } == "--key and --insecure exclude each other")
    }

    @Test("an invitation says where and with which key; --connect says another place; its role must suit")
    func invitation() throws {
        let folder = try TemporaryFolder()
        let endpoints = try EndpointList(parsing: ["tcp://a:1", "tcp://b:2"])
        let file = folder.path("w.join")
        let made = try KeyDirectory(folder.path("keys")).invite(
            nil,
            role: .worker,
            to: endpoints,
            output: file,
            at: Date(timeIntervalSince1970: 0)
        )
        let options = try KeyOptions.parse(["--join", file])
        let access = try options.access([], for: [.worker])
        #expect(access.endpoints == endpoints && access.key == made.key)
        #expect(try options.workerKey() == made.key)
        let elsewhere = try options.access(["tcp://c:3,tcp://d:4"], for: [.worker])
        #expect(elsewhere.endpoints.endpoints == ["tcp://c:3", "tcp://d:4"] && elsewhere.key == made.key)
        let error = #expect(throws: CommandFailure.self) { try options.access([], for: [.viewer, .operator]) }
        #expect(error?.exitCode.rawValue == 2)
        #expect(error?.description.contains("invite --role operator or --role viewer --output FILE") == true)
    }

    @Test("without --join something else must say where the coordinator is")
    func nowhere() throws {
        let options = try KeyOptions.parse(["--insecure"])
        #expect(try options.access([], standard: "tcp://x:1", for: [.worker]).endpoints.endpoints == ["tcp://x:1"])
        let error = #expect(throws: CommandFailure.self) { try options.access([], for: [.worker]) }
        #expect(error?.description.contains("--join FILE") == true && error?.exitCode.rawValue == 2)
        let wrong = #expect(throws: CommandFailure.self) { try options.access(["head:7461"], for: [.worker]) }
        #expect(wrong?.description == "--connect: 'head:7461' is no endpoint; write it as tcp://HOST:PORT")
        for arguments in [["--join", "a", "--key", "b"], ["--join", "a", "--insecure"]] {
            #expect(throws: (any Error).self) { try KeyOptions.parse(arguments) }
        }
    }

    @Test("--insecure connects without a key, whatever the standard file is")
    func insecure() throws {
        var options = try KeyOptions.parse(["--insecure"])
        options.standardKeyFile = "/dev/null"
        #expect(try options.workerKey() == nil)
    }

    @Test("a key that was asked for must be there, and one in the standard place need not")
    func missing() throws {
        let options = try KeyOptions.parse(["--key", "/nowhere/a.key"])
        let error = #expect(throws: CommandFailure.self) { try options.workerKey() }
        #expect(error?.exitCode.rawValue == 2)
        #expect(error?.description.contains("/nowhere/a.key") == true)
        #expect(try KeyOptions.parse([]).workerKey() == nil)
    }
}

private struct KeyOptions: ConnectionKeyOptions {
    @Option var join: String?
    @Option var key: String?
    @Flag var insecure = false
    @Flag var trustMode = false

    var standardKeyFile = "/nowhere/standard.key"

    func standardKey() throws(KeyringError) -> WorkerKey? {
        try WorkerKey.find(chosen: nil, standard: standardKeyFile)
    }

    private enum CodingKeys: CodingKey { case join, key, insecure, trustMode }
}
