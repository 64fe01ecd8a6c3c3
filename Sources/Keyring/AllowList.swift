// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import ZeroMQ

/// The allowed keys of a directory as they are at the moment, for the ``ZAPHandler`` and the loop of a running coordinator.
///
/// The file is looked at with every question and read again when it has changed. While it cannot be read, or says
/// something that it should not, nobody new is let in: a revoked key must not come back because another line is damaged.
/// Connections that stand are judged by what it last said, so that a slip of the pen does not end a run.
public final class AllowList: Sendable {
    private struct State {
        var stamp: SmallFile.Stamp?
        /// What the file says; nil while that cannot be known.
        var keys: AllowedKeys?
        /// What it said when it could last be read.
        var lastKeys: AllowedKeys?
        var problem: KeyringError?
    }

    private let directory: KeyDirectory
    private let fixed: [CurvePublicKey: AllowedKey]
    private let state = Mutex(State())

    /// The keys that the file in `directory` allows, and these besides.
    public init(_ directory: KeyDirectory, besides fixed: [AllowedKey] = []) {
        self.directory = directory
        self.fixed = Dictionary(fixed.map { ($0.publicKey, $0) }) { first, _ in first }
    }

    /// What is known of a key that is let in; nil for any other.
    public func entry(of key: CurvePublicKey) -> AllowedKey? {
        fixed[key] ?? refreshed { $0.keys?.entry(of: key) }
    }

    /// What is known of the key of a connection that stands; nil when it was revoked.
    public func standing(of key: CurvePublicKey) -> AllowedKey? {
        fixed[key] ?? refreshed { ($0.keys ?? $0.lastKeys)?.entry(of: key) }
    }

    /// What was wrong with the file when somebody last asked for a key; nil when nothing was.
    public var problem: KeyringError? { state.withLock { $0.problem } }

    private func refreshed(_ answer: (State) -> AllowedKey?) -> AllowedKey? {
        state.withLock { state in
            refresh(&state)
            return answer(state)
        }
    }

    private func refresh(_ state: inout State) {
        let stamp = SmallFile.stamp(directory.allowedFile)
        if let stamp, stamp == state.stamp, state.problem == nil { return }
        do {
            let (keys, stamp) = try directory.readAllowedKeys()
            state = State(stamp: stamp, keys: keys, lastKeys: keys)
        } catch {
            state = State(lastKeys: state.lastKeys, problem: error)
        }
    }
}
