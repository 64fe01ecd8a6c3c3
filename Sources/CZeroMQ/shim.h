// BitSweep
// SPDX-License-Identifier: Apache-2.0

#ifndef BITSWEEP_CZEROMQ_SHIM_H
#define BITSWEEP_CZEROMQ_SHIM_H

// Swift's Glibc module leaves these two out: the wake-up counter and the periodic timer of a socket thread.
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <sys/prctl.h>

#include <zmq.h>

// libzmq writes its own error numbers as macros with a cast or a sum, which Swift cannot import.
static const int bitsweep_EFSM = EFSM;
static const int bitsweep_ETERM = ETERM;
static const int bitsweep_ENOCOMPATPROTO = ENOCOMPATPROTO;
static const int bitsweep_EMTHREAD = EMTHREAD;

// zmq.h shows this option only to drafts; the library has taken it since 4.3.
static const int bitsweep_ZAP_ENFORCE_DOMAIN = 93;

// prctl is variadic, which Swift cannot call. Names the calling thread for debuggers and profilers.
static inline void bitsweep_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
