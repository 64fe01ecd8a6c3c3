// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Keyring
import Testing

@testable import CommandLine

@Suite("Keys to connect with")
struct ConnectionKeyTests {
    @Test("--key and --insecure exclude each other")
    func exclusion() {
        let error = #expect(throws: (any Error).self) { try KeyOptions.parse(["--key", "a.key", "--insecure"]) }
        #expect(error.map { KeyOptions.message(for: $0) } == "--key and --insecure exclude each other")
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
    @Option var key: String?
    @Flag var insecure = false
    @Flag var trustMode = false

    var standardKeyFile = "/nowhere/standard.key"

    func standardKey() throws(KeyringError) -> WorkerKey? {
        try WorkerKey.find(chosen: nil, standard: standardKeyFile)
    }

    private enum CodingKeys: CodingKey { case key, insecure, trustMode }
}
