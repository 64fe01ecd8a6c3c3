// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Reporting

extension Terminal {
    /// How tables are written there.
    var style: TextStyle { isStyled ? .ansi : .plain }
}
