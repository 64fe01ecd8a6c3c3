// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why no connection comes about to one of the endpoints, as far as that can be found out from this side.
public enum ConnectionObstacle: Hashable, Sendable {
    /// An address that was tried in vain.
    public struct Attempt: Hashable, Sendable {
        /// The address with its port, such as `10.0.0.1:7461`.
        public let address: String
        /// The number of the system's error, such as `ECONNREFUSED`.
        public let code: Int32

        /// An attempt at `address` that ended with error number `code`.
        public init(address: String, code: Int32) {
            self.address = address
            self.code = code
        }
    }

    /// The name has no address.
    case unknownHost(HostAddress.LookupError)
    /// None of the host's addresses takes a connection.
    case unreachable([Attempt])
    /// This address takes connections, and nothing is said there.
    case noAnswer(address: String)
    /// What listens at this endpoint would not talk.
    case refused(HandshakeFailure, endpoint: String)
}

extension ConnectionObstacle: CustomStringConvertible {
    /// One line: what is in the way, and what may be done.
    public var description: String {
        switch self {
        case .unknownHost(let error):
            "no address of '\(error.name)' is known (\(error.reason)); is the name right, and does it resolve here? "
                + "An address will do in its place"
        case .unreachable(let attempts): Self.summary(attempts)
        case .noAnswer(let address):
            "\(address) takes connections and says nothing; is it a coordinator, and does it run?"
        case .refused(let why, let endpoint): "\(endpoint): \(why)"
        }
    }
}

extension ConnectionObstacle {
    /// Each thing that happened once, with every address where it did.
    private static func summary(_ attempts: [Attempt]) -> String {
        var groups: [(first: Attempt, others: [String])] = []
        for attempt in attempts {
            guard let position = groups.firstIndex(where: { $0.first.code == attempt.code }) else {
                groups.append((attempt, []))
                continue
            }
            let known = [groups[position].first.address] + groups[position].others
            if !known.contains(attempt.address) { groups[position].others.append(attempt.address) }
        }
        return groups.map { group in
            "\(group.first)" + (group.others.isEmpty ? "" : " (so too at \(group.others.joined(separator: ", ")))")
        }.joined(separator: "; ")
    }
}

extension ConnectionObstacle.Attempt: CustomStringConvertible {
    /// What happened there.
    public var description: String {
        switch code {
        case ECONNREFUSED:
            "\(address) refuses connections: nothing listens there; does the coordinator run, with --listen at that port "
                + "and not on loopback alone?"
        case ETIMEDOUT:
            "\(address) does not answer: the machine is down, or a firewall is between; have the port opened there, or go "
                + "through a tunnel (ssh -L)"
        case ENETUNREACH, EHOSTUNREACH:
            "\(address): no route to it from this machine; are both in one network, and is the address right?"
        default: "\(address): \(unsafe String(cString: strerror(code)))"
        }
    }
}
