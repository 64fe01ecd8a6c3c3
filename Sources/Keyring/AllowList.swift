// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import ZeroMQ

/// The allowed keys of a directory as they are at the moment, for the ``ZAPHandler`` of a running coordinator.
///
/// The file is looked at with every question and read again when it has changed. While it cannot be read, or says
/// something that it should not, nobody is let in: a revoked key must not come back because another line is damaged.
public final class AllowList: Sendable {
    private struct State {
        var stamp: SmallFile.Stamp?
        var keys: AllowedKeys?
        var problem: KeyringError?
    }

    private let directory: KeyDirectory
    private let fixed: [CurvePublicKey: KeyName]
    private let state = Mutex(State())

    /// The keys that the file in `directory` allows, and these besides.
    public init(_ directory: KeyDirectory, besides fixed: [CurvePublicKey: KeyName] = [:]) {
        self.directory = directory
        self.fixed = fixed
    }

    /// The name of a key that is allowed; nil for any other.
    public func name(of key: CurvePublicKey) -> KeyName? {
        if let name = fixed[key] { return name }
        return state.withLock { state in
            refresh(&state)
            return state.keys?.name(of: key)
        }
    }

    /// What was wrong with the file when somebody last asked for a key; nil when nothing was.
    public var problem: KeyringError? { state.withLock { $0.problem } }

    private func refresh(_ state: inout State) {
        let stamp = SmallFile.stamp(directory.allowedFile)
        if let stamp, stamp == state.stamp, state.problem == nil { return }
        do {
            let (keys, stamp) = try directory.readAllowedKeys()
            state = State(stamp: stamp, keys: keys)
        } catch {
            state = State(problem: error)
        }
    }
}
