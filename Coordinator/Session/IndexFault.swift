// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What becomes of a process whose store has no room for a page of the index that SQLite keeps in `STORE-shm`.
///
/// The index is a mapped file. Where the file system gives each written page new space (btrfs), writing into it on a full
/// disk fails, and the kernel has no other way to say so than SIGBUS. The thread waits in the handler, so that the
/// instruction is tried every second until there is space. A library cannot do that: signals are the process's.
enum IndexFault {
    private static let lastSecond = Atomic<Int>(0)
    private static let isTelling = Atomic<Bool>(false)
    /// A wait of which nothing was heard for so many seconds is over.
    private static let seconds = 3

    /// What users are told.
    static let notice =
        "PAUSED: the disk of the store is full, or its owner's quota used up; free some space and it goes on by itself"

    /// Whether some thread waits for space.
    static var isWaiting: Bool { now - lastSecond.load(ordering: .relaxed) < seconds }

    /// Lets threads wait for space from now on; with a line on standard error where nobody else tells the user.
    static func awaitSpace(telling: Bool) {
        // Both are made here, and not in the handler.
        isTelling.store(telling, ordering: .relaxed)
        lastSecond.store(0, ordering: .relaxed)
        var action = sigaction()
        action.sa_flags = SA_SIGINFO
        action.__sigaction_handler.sa_sigaction = { _, info, _ in IndexFault.handle(info) }
        sigaction(SIGBUS, &action, nil)
    }

    private static func handle(_ info: UnsafeMutablePointer<siginfo_t>?) {
        let address = info.map { UInt(bitPattern: $0.pointee._sifields._sigfault.si_addr) }
        guard let address, isOfIndex(address) else {
            // Our own bug, or a damaged file: the instruction that is tried again ends the process.
            signal(SIGBUS, SIG_DFL)
            return
        }
        if !isWaiting, isTelling.load(ordering: .relaxed) {
            notice.withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
        }
        lastSecond.store(now, ordering: .relaxed)
        sleep(1)
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        // The machine may have just begun, and 0 means never.
        return time.tv_sec + seconds
    }

    /// Whether the address lies in such an index; it was written to by SQLite, so nothing of this process is locked.
    private static func isOfIndex(_ address: UInt) -> Bool {
        guard let maps = fopen("/proc/self/maps", "re") else { return false }
        defer { fclose(maps) }
        var (line, capacity): (UnsafeMutablePointer<CChar>?, Int) = (nil, 0)
        defer { free(line) }
        while getline(&line, &capacity, maps) > 0, let text = line {
            var end: UnsafeMutablePointer<CChar>?
            let lower = strtoul(text, &end, 16)
            guard let dash = end, lower <= address, address < strtoul(dash + 1, nil, 16) else { continue }
            return strstr(text, "-shm") != nil
        }
        return false
    }
}
