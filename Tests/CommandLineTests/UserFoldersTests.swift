// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLine

@Suite("The user's folders")
struct UserFoldersTests {
    @Test("the XDG variables go before HOME")
    func variables() {
        let folders = UserFolders(["XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k/", "HOME": "/home/me"])
        #expect(folders.configuration == "/c/bitsweep")
        #expect(folders.cache == "/k/bitsweep")
        let home = UserFolders(["HOME": "/home/me/"])
        #expect(home.configuration == "/home/me/.config/bitsweep")
        #expect(home.cache == "/home/me/.cache/bitsweep")
        #expect(UserFolders(["HOME": "/"]).cache == "/.cache/bitsweep")
    }

    @Test("what is empty or no absolute path counts as not set", arguments: ["", "me", "./me"])
    func unset(_ value: String) {
        let folders = UserFolders(["XDG_CONFIG_HOME": value, "XDG_CACHE_HOME": value, "HOME": value])
        #expect(folders.configuration == nil)
        #expect(folders.cache == nil)
        #expect(
            UserFolders(["XDG_CONFIG_HOME": value, "HOME": "/home/me"]).configuration == "/home/me/.config/bitsweep"
        )
        #expect(UserFolders([:]).cache == nil)
    }

    @Test("a variable with a path may begin with ~, and an empty one names nothing")
    func paths() {
        let folders = UserFolders(["HOME": "/home/me", "A": "~/sets", "B": "", "C": "~you/sets", "D": "sets/~"])
        #expect(folders.path("A") == "/home/me/sets")
        #expect(folders.path("B") == nil)
        #expect(folders.path("C") == "~you/sets")
        #expect(folders.path("D") == "sets/~")
        #expect(folders.path("E") == nil)
    }

    @Test("~ in an argument is HOME, behind an option's = too")
    func arguments() throws {
        let given = ["run", "~/a.yaml", "--data=~/sets", "--store", "~", "--name=a~/b", "~you", "x=~/y"]
        let expanded = [
            "run", "/home/me/a.yaml", "--data=/home/me/sets", "--store", "/home/me", "--name=a~/b", "~you", "x=~/y",
        ]
        #expect(try UserFolders(["HOME": "/home/me"]).expanding(given) == expanded)
        let error = #expect(throws: CommandFailure.self) { try UserFolders([:]).expanding(given) }
        #expect(error?.description.contains("HOME names no absolute path") == true)
        #expect(try UserFolders([:]).expanding(["run", "--data=sets"]) == ["run", "--data=sets"])
    }
}
