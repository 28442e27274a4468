/* SPDX-License-Identifier: ISC */
/* The parts of sandbox_enter, in the order in which they must be called. */
#ifndef BASE_SANDBOX_PART_H
#define BASE_SANDBOX_PART_H

#include "base/err.h"
#include "base/str.h"

/*
 * A sanitizer opens /proc, starts a tracer and runs a symbolizer when it has
 * something to say: behind seccomp and Landlock it would be mute.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

/* Another uid, no groups, no capabilities, none to gain by exec. */
bool sandbox_drop_rights(struct err *err) MUST_CHECK;
/* TCP may be connected to the n ports. */
bool sandbox_landlock(
    const uint16_t *ports, size_t n, struct err *err) MUST_CHECK;
bool sandbox_seccomp(bool network, struct err *err) MUST_CHECK;

#endif
