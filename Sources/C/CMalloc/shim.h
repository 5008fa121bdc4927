#ifndef CMALLOC_SHIM_H
#define CMALLOC_SHIM_H

#include <malloc.h>
#include <stddef.h>

/// What the allocator holds for this process, in bytes. Swift's own view of glibc leaves <malloc.h> out.
struct cmalloc_heap {
    size_t used;
    size_t free;
};

static inline struct cmalloc_heap cmalloc_heap(void) {
    struct mallinfo2 info = mallinfo2();
    // Blocks too large for an arena are mapped one by one; all of them are in use.
    struct cmalloc_heap heap = {info.uordblks + info.hblkhd, info.fordblks};
    return heap;
}

#endif
