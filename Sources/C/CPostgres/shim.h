// Door to libpq and to epoll. libpq needs no wrapping; epoll is not part of Swift's Glibc module, and its event
// structure is packed, so two inline functions hand tokens and event bits over as plain integers.
#ifndef CPOSTGRES_SHIM_H
#define CPOSTGRES_SHIM_H

#include <errno.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static const uint32_t CPQ_READABLE = EPOLLIN;
static const uint32_t CPQ_WRITABLE = EPOLLOUT;

static inline int cpq_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int cpq_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Watches a descriptor, whether it was watched before or not. 0 or an errno.
static inline int cpq_epoll_watch(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
    if (errno != ENOENT) return errno;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

static inline void cpq_epoll_forget(int epoll, int descriptor) {
    struct epoll_event unused = {0};
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused);
}

/// Number of ready descriptors (their tokens and event bits stored), 0 on timeout, -1 on error.
static inline int cpq_epoll_wait(int epoll, uint64_t *tokens, uint32_t *events, int capacity, int milliseconds) {
    struct epoll_event ready[64];
    if (capacity > 64) capacity = 64;
    int count = epoll_wait(epoll, ready, capacity, milliseconds);
    for (int i = 0; i < count; i++) {
        tokens[i] = ready[i].data.u64;
        events[i] = ready[i].events;
    }
    return count;
}

/// libpq prints notices to standard error unless told otherwise; a server program must not.
static inline void cpq_swallow_notice(void *context, const char *message) {
    (void)context;
    (void)message;
}

static inline void cpq_silence_notices(PGconn *connection) {
    PQsetNoticeProcessor(connection, cpq_swallow_notice, 0);
}

#endif
