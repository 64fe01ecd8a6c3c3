// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Room for an answer that is kept until the answer is sent.
struct AnswerRoom: Hashable, Sendable {
    /// The connection.
    let route: [UInt8]
    /// Who answers for it.
    let owner: String
    let bytes: Int
}

/// An answer that was made beside the loop, and the room that was kept for it.
struct RoomyAnswer: Sendable {
    let room: AnswerRoom
    let bytes: [UInt8]
}

extension Sender {
    /// Who answers for workers, whatever their connections: the key, and where there are none the machine.
    var kin: String { key ?? address }

    /// Who answers for the connection `route`: the key, and where there are none the connection itself.
    func owner(of route: [UInt8]) -> String { key ?? "\(route)" }
}
