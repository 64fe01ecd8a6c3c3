// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Who may read a file that is written.
package enum FilePermissions: Sendable {
    /// Whoever may read the file that is replaced; a new file follows the process's umask.
    case ordinary
    /// The owner alone (mode 0600), whatever the file that is replaced allows.
    case secret
}
