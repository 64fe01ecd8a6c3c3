// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a coordinator's endpoint is protected, decided from three facts.
public enum EndpointProtection: Hashable, Sendable {
    /// CURVE: encrypted, and open to allowed keys only.
    case encrypted
    /// Plain, because only this machine can reach the endpoint and there are no keys.
    case plainOnLoopback
    /// Plain, because that was asked for; nobody is checked, and anyone who reaches the port may join.
    case plainOnRequest
    /// Plain although there are keys, because that was asked for.
    case plainDespiteKeys
    /// The coordinator must not listen: others could reach it, and there are no keys.
    case refused

    /// Decides.
    ///
    /// - Parameters:
    ///   - isLocal: whether only this machine can reach the endpoint.
    ///   - hasKeys: whether the coordinator has a key.
    ///   - isInsecure: whether plain listening was asked for in so many words.
    public init(isLocal: Bool, hasKeys: Bool, isInsecure: Bool) {
        self =
            switch (isInsecure, hasKeys, isLocal) {
            case (true, true, _): .plainDespiteKeys
            case (true, false, true): .plainOnLoopback
            case (true, false, false): .plainOnRequest
            case (false, true, _): .encrypted
            case (false, false, true): .plainOnLoopback
            case (false, false, false): .refused
            }
    }
}
