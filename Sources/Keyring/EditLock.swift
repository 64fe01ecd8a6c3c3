// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Keeps two processes from changing one directory's keys at once; it is given back when its owner ends, however.
final class EditLock {
    private let descriptor: Int32

    /// Takes the lock of `directory`, waiting for a few seconds.
    init(_ directory: String) throws(KeyringError) {
        let path = directory + "/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        for _ in 0..<250 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(20_000)
        }
        close(descriptor)
        throw .busy(path: directory)
    }

    deinit {
        close(descriptor)
    }
}
