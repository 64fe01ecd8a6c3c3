// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A key as a person pressed it.
package enum Key: Hashable, Sendable {
    /// Something that is written, such as a letter or a space.
    case character(Character)
    /// A letter, in lower case, with the control key.
    case control(Character)
    case enter, escape, tab, backTab, backspace, delete
    case up, down, left, right, pageUp, pageDown, home, end
    /// F1 is 1.
    case function(Int)
}
