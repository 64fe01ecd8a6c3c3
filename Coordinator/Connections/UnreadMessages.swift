// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import WireProtocol

/// Large messages that were sent and that nobody has shown to have read.
///
/// libzmq keeps what a peer does not read, and tells neither how much that is nor when it was taken. So a large message
/// carries a number that its reader repeats, and answers on request are made only while there is room for them: for the
/// connection, for its owner and in all.
struct UnreadMessages {
    /// Bytes of the smallest message that counts.
    ///
    /// Smaller ones are bounded by the number that a socket keeps for a peer.
    static let smallest = 4096
    /// Bytes that one connection may leave unread: as many parts of files as a worker asks for at once.
    static let mostOfConnection = 4 << 20
    /// Bytes that all connections of one owner may leave unread, and those of all owners.
    static let mostOfOwner = 128 << 20
    static let mostOfAll = 256 << 20
    /// How long what a silent connection has not read counts for its owner and for all.
    ///
    /// The connection itself gets nothing more until it has shown to have read.
    static let patience: Duration = .seconds(60)
    /// Connections that are remembered; beyond them the longest silent is forgotten.
    private static let mostConnections = 16_384

    private struct Unread {
        var receipt: UInt64
        var bytes: Int
    }

    private struct Connection {
        let owner: String
        var messages: [Unread] = []
        /// Bytes of `messages`, and of answers that are being made.
        var bytes = 0
        /// Bytes of those that count for the owner and for all.
        var counted = 0
        var lastHeard: Instant
    }

    private var connections: [[UInt8]: Connection] = [:]
    private var quota = Quota<String>(each: mostOfOwner, all: mostOfAll)

    /// Bytes that are not read yet, as far as they count.
    var bytes: Int { quota.total }

    /// Whether another large answer may go over the connection.
    func hasRoom(over route: [UInt8], of owner: String) -> Bool {
        (connections[route]?.bytes ?? 0) < Self.mostOfConnection && quota.allows(Self.smallest, for: owner)
    }

    /// Keeps room for an answer, until `release`; false where there is none.
    ///
    /// Any one answer is possible over a connection that has read everything.
    mutating func reserve(_ room: AnswerRoom, at now: Instant) -> Bool {
        let (held, bytes) = (connections[room.route]?.bytes ?? 0, room.bytes)
        guard held == 0 || bytes <= Self.mostOfConnection - held, quota.allows(bytes, for: room.owner) else {
            return false
        }
        count(bytes, over: room.route, of: room.owner, at: now)
        return true
    }

    /// Gives back the room that was kept for an answer.
    mutating func release(_ room: AnswerRoom) { discount(room.bytes, over: room.route) }

    /// The message with a number to repeat, counted from now on; a small one goes as it is.
    mutating func stamp(_ message: [UInt8], over route: [UInt8], of owner: String, at now: Instant) -> [UInt8] {
        guard message.count >= Self.smallest else { return message }
        let receipt = UInt64.random(in: .min ... .max)
        count(message.count, over: route, of: owner, at: now)
        connections[route]?.messages.append(Unread(receipt: receipt, bytes: message.count))
        return WireReceipt.adding(receipt, to: message)
    }

    /// The message that was stamped last could not be sent.
    mutating func unsend(over route: [UInt8]) {
        guard let last = connections[route]?.messages.popLast() else { return }
        discount(last.bytes, over: route)
    }

    /// The peer has read everything up to the message with this number, if it has one.
    mutating func note(_ receipt: UInt64?, over route: [UInt8], at now: Instant) {
        guard !connections.isEmpty, connections[route] != nil else { return }
        connections[route]?.lastHeard = now
        guard let receipt, let place = connections[route]?.messages.firstIndex(where: { $0.receipt == receipt }) else {
            return
        }
        let read = connections[route]?.messages.prefix(through: place).reduce(0) { $0 + $1.bytes } ?? 0
        connections[route]?.messages.removeSubrange(...place)
        discount(read, over: route)
    }

    /// Forgets a connection that is gone.
    mutating func forget(_ route: [UInt8]) {
        guard let connection = connections.removeValue(forKey: route) else { return }
        quota.give(connection.counted, of: connection.owner)
    }

    /// Lets what silent connections have not read count no more for their owners and for all.
    mutating func expire(at now: Instant) {
        for (route, connection) in connections
        where connection.counted > 0 && connection.lastHeard.duration(to: now) > Self.patience {
            quota.give(connection.counted, of: connection.owner)
            connections[route]?.counted = 0
        }
        guard connections.count > Self.mostConnections else { return }
        let oldest = connections.sorted { $0.value.lastHeard < $1.value.lastHeard }
        for (route, _) in oldest.prefix(connections.count - Self.mostConnections) { forget(route) }
    }

    private mutating func count(_ bytes: Int, over route: [UInt8], of owner: String, at now: Instant) {
        connections[route, default: Connection(owner: owner, lastHeard: now)].bytes += bytes
        connections[route]?.counted += bytes
        quota.add(bytes, for: connections[route]?.owner ?? owner)
    }

    private mutating func discount(_ bytes: Int, over route: [UInt8]) {
        guard var connection = connections[route] else { return }
        let counted = min(bytes, connection.counted)
        connection.bytes -= bytes
        connection.counted -= counted
        quota.give(counted, of: connection.owner)
        connections[route] = connection.bytes > 0 ? connection : nil
    }
}
