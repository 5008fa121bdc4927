// Tells ThreadSanitizer what it cannot see of Swift's run time on Linux. Real races are still reported.
//
// Mutex: on Linux one without contention is one atomic exchange, which is compiled into its caller and so is seen. With
// contention the kernel hands the lock over (FUTEX_LOCK_PI) inside libswiftSynchronization, which is not instrumented:
// ThreadSanitizer misses that the new owner comes after the old one, and reports what the lock guards. This library is
// loaded first and wraps the three slow paths with the missing edges.
//
// Tasks and continuations: Swift's run time would tell of them, once libswiftCore's __tsan_on_initialize has been called.
// ThreadSanitizer's run time calls the empty one that is linked beside it instead.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

static void *next(const char *symbol) {
    void *found = dlsym(RTLD_NEXT, symbol);
    if (!found) abort();
    return found;
}

// _MutexHandle._lockSlow(UInt32)
SWIFT void lock_slow(uint32_t thread, SELF void *handle)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void lock_slow(uint32_t thread, SELF void *handle) {
    static SWIFT void (*original)(uint32_t, SELF void *);
    if (!original) original = next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    original(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

// _MutexHandle._tryLockSlow() -> Bool
SWIFT bool try_lock_slow(SELF void *handle) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT bool try_lock_slow(SELF void *handle) {
    static SWIFT bool (*original)(SELF void *);
    if (!original) original = next("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
    bool taken = original(handle);
    if (taken && __tsan_acquire) __tsan_acquire(handle);
    return taken;
}

// _MutexHandle._unlockSlow()
SWIFT void unlock_slow(SELF void *handle) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT void unlock_slow(SELF void *handle) {
    static SWIFT void (*original)(SELF void *);
    if (!original) original = next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    if (__tsan_release) __tsan_release(handle);
    original(handle);
}

__attribute__((constructor)) static void enable_runtime_edges(void) {
    void (*enable)(void) = dlsym(RTLD_DEFAULT, "__tsan_on_initialize");
    if (enable) enable();
}
