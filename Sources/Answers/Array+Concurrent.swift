// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension Array where Element: Sendable {
    /// What `make` makes of each element, in their order; as many of them at the same time as there are processors.
    func concurrentMap<Made: Sendable>(_ make: @Sendable (Element) -> Made) -> [Made] {
        guard count > 1 else { return map(make) }
        let made = Mutex([Made?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { position in
            let value = make(self[position])
            made.withLock { $0[position] = value }
        }
        return made.withLock { $0.compactMap(\.self) }
    }
}
