// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Glibc
import Reporting
import Screens
import Statistics

/// A run on the whole screen: takes keys, signals and news, draws what the screen makes of them, and gives the terminal
/// back whatever happens.
struct FullScreen {
    /// Seconds between two frames.
    private static let frameTime = 0.1
    /// Seconds between two looks at a run that goes on, and at one that does not, but may be taken up again.
    private static let lookTimes = (live: 1.0, over: 10.0)

    private enum Event: Sendable {
        case terminal(TerminalEvent)
        case news(RunWatcher.News)
        case time
    }

    /// How it ends.
    private enum End {
        case quit
        case signal(Int32)
    }

    private let terminal: RawTerminal
    private let isColoured: Bool
    private let events: AsyncStream<Event>
    private let happened: AsyncStream<Event>.Continuation
    private let watcher: RunWatcher
    private let keyboard: TerminalEvents
    private var screen: TailScreen
    private var drawn: Frame?
    private var lastDrawing = -Double.infinity
    private var lastLook = -Double.infinity
    private var asked: CellRequest?
    private var isAnswered = true
    /// When a look at the clock is arranged for.
    private var alarm = Double.infinity
    private var isStopped = false
    private var copied: [String] = []
    private var last: RunStanding?

    /// A run that is drawn on `terminal`, beginning with `screen`; nil where the system has no pipe left.
    init?(_ source: some WatchedRun, on terminal: RawTerminal, _ screen: TailScreen, isColoured: Bool) {
        let (events, happened) = AsyncStream.makeStream(of: Event.self)
        (self.terminal, self.isColoured, self.events, self.happened) = (terminal, isColoured, events, happened)
        guard let keyboard = TerminalEvents(terminal, report: { happened.yield(.terminal($0)) }) else {
            return nil
        }
        self.keyboard = keyboard
        watcher = RunWatcher(source) { happened.yield(.news($0)) }
        self.screen = screen
    }

    /// Shows the run until its watcher leaves, or the process is asked to end.
    mutating func run() async throws {
        let end: End
        do {
            try enter()
            end = try await watch()
        } catch {
            terminal.leave()
            throw error
        }
        terminal.leave()
        farewell()
        if case .signal(let signal) = end { Self.die(of: signal) }
    }

    private mutating func watch() async throws -> End {
        try update()
        for await event in events {
            switch event {
            case .terminal(let event): if let end = try take(event) { return end }
            case .news(let news): take(news)
            case .time: alarm = .infinity
            }
            try update()
        }
        return .quit
    }

    /// Seconds of a clock that never goes back.
    private var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    // MARK: What happens

    private mutating func take(_ event: TerminalEvent) throws -> End? {
        switch event {
        case .key(let key):
            for wish in screen.take(key, at: now) { if let end = grant(wish) { return end } }
        case .resized:
            screen.size = terminal.size
        case .continued:
            // The shell may have set the terminal to its own liking.
            try enter()
            (drawn, screen.size) = (nil, terminal.size)
        case .signal(SIGTSTP): stop()
        case .signal(let signal): return .signal(signal)
        case .closed: return .signal(SIGHUP)
        }
        return nil
    }

    private mutating func grant(_ wish: TailScreen.Wish) -> End? {
        switch wish {
        case .quit: return .quit
        case .interrupt: return .signal(SIGINT)
        case .suspend: stop()
        case .redraw: drawn = nil
        case .copy(let text):
            if !copied.contains(text) { copied.append(text) }
            Terminal.output.tell("\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}")
        case .explain(let cell): watcher.send(.explain(cell))
        }
        return nil
    }

    private mutating func enter() throws {
        isStopped = try !terminal.enter()
        keyboard.look()
    }

    private mutating func stop() {
        isStopped = true
        terminal.leave()
        keyboard.stop()
    }

    private mutating func take(_ news: RunWatcher.News) {
        switch news {
        case .seen(let facts, let page):
            last = facts
            isAnswered = true
            screen.receive(facts, page, at: now)
        case .lost(let reason):
            isAnswered = true
            screen.lose(reason, at: now)
        case .explained(let cell, let lines):
            screen.explain("Cell \(cell.id)", lines)
        }
    }

    // MARK: What is done then

    private var lookTime: Double { last?.isGoingOn == false ? Self.lookTimes.over : Self.lookTimes.live }

    /// Asks and draws what is due, and arranges for the next time.
    private mutating func update() throws {
        guard !isStopped else { return }
        let now = now
        // What is drawn decides what is needed for it.
        try draw(at: now)
        look(at: now)
        var next = lastLook + lookTime
        if lastDrawing + Self.frameTime > now { next = min(next, lastDrawing + Self.frameTime) }
        if let change = screen.nextChange(after: now) { next = min(next, change) }
        wake(at: max(next, now + 0.01), from: now)
    }

    private mutating func look(at now: Double) {
        let request = screen.request(at: now)
        guard isAnswered, request != asked || now - lastLook > lookTime else { return }
        (asked, lastLook, isAnswered) = (request, now, false)
        watcher.send(.look(request))
    }

    private mutating func draw(at now: Double) throws {
        guard now - lastDrawing >= Self.frameTime else { return }
        let frame = screen.frame(at: now)
        let changes = frame.changes(from: drawn, coloured: isColoured)
        drawn = frame
        guard !changes.isEmpty else { return }
        lastDrawing = now
        try Terminal.output.write(changes)
    }

    private mutating func wake(at time: Double, from now: Double) {
        guard time < alarm else { return }
        alarm = time
        Task { [happened] in
            try? await Task.sleep(for: .seconds(time - now))
            happened.yield(.time)
        }
    }

    // MARK: The end

    /// What stays on the shell's screen, which was kept aside.
    private func farewell() {
        if let last {
            Terminal.output.tell(lines: [last.title, last.progress.text(width: terminal.size.width)])
        }
        Terminal.output.tell(lines: copied)
    }

    /// Ends the process as `signal` would have ended it, with what that says to whoever started it.
    private static func die(of signal: Int32) -> Never {
        TerminalRescue.release(signal)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, signal)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(signal)
        exit(128 + signal)
    }
}
