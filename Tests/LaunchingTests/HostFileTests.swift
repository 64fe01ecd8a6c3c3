// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Launching

@Suite("HostFile")
struct HostFileTests {
    @Test("a line is a host as ssh knows it, with user, port and threads where they are said")
    func lines() throws {
        let text = """
            # the lab
            gpu-1 threads=8

            me@node-7.example.org:2222     # not on Mondays
            me@[fd00::12]:22 threads=1
            fd00::13
            [fd00::14]
            """
        let hosts = try HostFile.hosts(in: text, path: "hosts.txt")
        #expect(hosts.map(\.destination) == ["gpu-1", "me@node-7.example.org", "me@fd00::12", "fd00::13", "fd00::14"])
        #expect(hosts.map(\.port) == [nil, 2222, 22, nil, nil])
        #expect(hosts.map(\.threads) == [8, nil, 1, nil, nil])
        #expect(hosts[2].name == "me@[fd00::12]:22")
        #expect(try hosts.allSatisfy { try SSHHost($0.name).destination == $0.destination }, "a name can be read again")
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("a\nb\na\n", "h:3: 'a' stands in line 1 already; one line a host"),
            ("a thread=8", "h:1: 'thread=8' is not known; after the host may stand threads=N"),
            ("a threads=0", "h:1: threads=0: a number from 1 to 4096 is wanted"),
            ("a:70000", "h:1: 'a:70000': '70000' is no port; a port is a number from 1 to 65535"),
            (
                "-oProxyCommand=evil",
                "h:1: '-oProxyCommand=evil' is no host; write it as user@host, host:2222 or user@[fd00::7]:2222"
            ),
            ("-l@host", "h:1: '-l@host' is no host; write it as user@host, host:2222 or user@[fd00::7]:2222"),
            ("a;reboot", "h:1: 'a;reboot' is no host; write it as user@host, host:2222 or user@[fd00::7]:2222"),
            ("# nobody\n", "h: no hosts; write one a line, such as user@host threads=8"),
        ]
    )
    func problems(_ text: String, _ problem: String) {
        #expect(throws: LaunchError(problem)) { try HostFile.hosts(in: text, path: "h") }
    }
}
