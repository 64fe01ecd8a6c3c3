// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// One of the package's executables, as the build left it beside the tests.
public struct Executable: Sendable {
    /// The file.
    public let url: URL

    /// The coordinator.
    public static let coordinator = Executable("coordinator")
    /// The worker.
    public static let worker = Executable("worker")

    private init(_ name: String) {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        // The runner is the toolchain's own program or the test bundle; the bundle's path is among the arguments then.
        let places = [tests.path] + CommandLine.arguments
        let bundle = places.first { $0.hasSuffix(".xctest") } ?? tests.path
        url = URL(filePath: bundle).deletingLastPathComponent().appending(path: name)
    }

    /// Starts a line of shell, in which "$COORDINATOR" and "$WORKER" are the executables.
    ///
    /// For what only a shell says well: redirections, limits, pipes, and other namespaces.
    public static func shell(_ line: String, environment: [String: String] = [:]) throws -> RunningProcess {
        let paths = ["COORDINATOR": coordinator.url.path, "WORKER": worker.url.path]
        return try RunningProcess(URL(filePath: "/bin/bash"), ["-c", line], paths.merging(environment) { $1 })
    }

    /// Starts the executable with its output kept in files.
    public func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProcess {
        try RunningProcess(url, arguments, environment)
    }

    /// Runs the executable to its end.
    public func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await start(arguments, environment: environment).outcome()
    }
}

/// How a process ended and what it printed.
public struct Outcome: Sendable {
    /// The exit code, or minus the signal's number.
    public let code: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String

    /// The lines of standard error.
    public var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}

/// A process of the package's own, stopped when nobody holds it any more.
public final class RunningProcess: @unchecked Sendable {
    // @unchecked: Process is used by one test at a time; its termination handler only finishes a stream.
    private let process = Process()
    private let files: TemporaryFolder
    private let ended: AsyncStream<Void>

    init(_ executable: URL, _ arguments: [String], _ environment: [String: String]) throws {
        files = try TemporaryFolder()
        let (ended, end) = AsyncStream<Void>.makeStream()
        self.ended = ended
        process.executableURL = executable
        process.arguments = arguments
        // Keys and caches of whoever runs the tests are left alone, and no worker's log is left behind.
        var inherited = ProcessInfo.processInfo.environment
        let own = [
            "BITSWEEP_KEY", "BITSWEEP_KEYS", "BITSWEEP_STORE", "BITSWEEP_CONNECT", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
        ]
        for name in own { inherited[name] = nil }
        for name in ["HOME", "TMPDIR"] { inherited[name] = files.url.path }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try files.newFile("output")
        process.standardError = try files.newFile("errors")
        process.terminationHandler = { _ in end.finish() }
        try process.run()
    }

    /// The operating system's number of the process.
    public var id: Int32 { process.processIdentifier }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// What it has printed on standard output so far.
    public var output: String { files.text("output") }
    /// What it has printed on standard error so far.
    public var errors: String { files.text("errors") }

    /// Sends a signal.
    public func signal(_ signal: Int32) { kill(id, signal) }

    /// Waits for the end.
    public func outcome() async throws -> Outcome {
        for await _ in ended {}
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        let code = isSignal ? -process.terminationStatus : process.terminationStatus
        return Outcome(code: code, output: output, errors: errors)
    }

    deinit {
        if process.isRunning { kill(id, SIGKILL) }
    }
}
