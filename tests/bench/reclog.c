/* Records what a process does to the files of one site, so that a power cut can be played at any moment afterwards; and, on
 * request, lets the disk be full.
 *
 *   cc -shared -fPIC -O2 -o reclog.so reclog.c -ldl
 *   LD_PRELOAD=./reclog.so REC_LOG=log REC_MATCH=/path/of/site qdesk pipe ...
 *
 * Recorded are writes, truncations and syncs of every file below REC_MATCH, and every write to standard output, which is an
 * acknowledgement. A write is recorded before it happens and a sync at its beginning and at its end: only what was written
 * before a sync began, and only once it has ended, counts as being on the disk. Records go out in one O_APPEND write each, so
 * several processes may share a log.
 *
 * REC_FULL names a file; while it exists, no file below REC_MATCH can grow (ENOSPC), as on a disk without room.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC_BEGINS, SYNC_ENDS, TRUNCATE, ACKNOWLEDGED };
enum { DATABASE = 1, LOG, WITNESS, OUTPUT };
enum { MOST_FILES = 4096, LOG_DESCRIPTOR = 900 };

struct record {
    uint32_t what, file, process, length;
    uint64_t offset;
};

static unsigned char files[MOST_FILES];
static int log_descriptor = -1;
static const char *match, *full;

#define REAL(name)                                   \
    static __typeof__(name) *real;                   \
    if (real == NULL)                                \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("REC_LOG");

    match = getenv("REC_MATCH");
    full = getenv("REC_FULL");
    if (path == NULL)
        return;
    int opened = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (opened < 0)
        abort();
    log_descriptor = fcntl(opened, F_DUPFD_CLOEXEC, LOG_DESCRIPTOR);
    syscall(SYS_close, opened);
}

static int ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

static int file_of_path(const char *path)
{
    if (match == NULL || strstr(path, match) == NULL)
        return 0;
    if (ends_with(path, ".db"))
        return DATABASE;
    if (ends_with(path, ".db-wal"))
        return LOG;
    return ends_with(path, "witness") ? WITNESS : 0;
}

static int file_of(int descriptor)
{
    return descriptor >= 0 && descriptor < MOST_FILES ? files[descriptor] : 0;
}

static void record(uint32_t what, uint32_t file, uint64_t offset, const void *data, size_t length)
{
    struct record head = {what, file, (uint32_t)getpid(), (uint32_t)length, offset};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, length}};

    if (log_descriptor < 0 || file == 0)
        return;
    if (syscall(SYS_writev, log_descriptor, parts, length > 0 ? 2 : 1) != (long)(sizeof head + length))
        abort(); /* a record that is not whole would make the campaign prove nothing */
}

static int no_room(int descriptor, uint64_t end)
{
    struct stat now;

    if (full == NULL || file_of(descriptor) == 0 || syscall(SYS_faccessat, AT_FDCWD, full, F_OK) != 0)
        return 0;
    return fstat(descriptor, &now) == 0 && end > (uint64_t)now.st_size;
}

static int opened(int descriptor, const char *path, int flags)
{
    if (descriptor >= 0 && descriptor < MOST_FILES) {
        files[descriptor] = file_of_path(path);
        if (flags & O_TRUNC)
            record(TRUNCATE, files[descriptor], 0, NULL, 0);
    }
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(real(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(real(path, flags, mode), path, flags);
}

int close(int descriptor)
{
    REAL(close);
    if (descriptor >= 0 && descriptor < MOST_FILES)
        files[descriptor] = 0;
    return real(descriptor);
}

static ssize_t before_pwrite(int descriptor, const void *data, size_t length, uint64_t offset)
{
    if (no_room(descriptor, offset + length)) {
        errno = ENOSPC;
        return -1;
    }
    record(WRITE, file_of(descriptor), offset, data, length);
    return 0;
}

ssize_t pwrite(int descriptor, const void *data, size_t length, off_t offset)
{
    REAL(pwrite);
    return before_pwrite(descriptor, data, length, offset) < 0 ? -1 : real(descriptor, data, length, offset);
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t offset)
{
    REAL(pwrite64);
    return before_pwrite(descriptor, data, length, offset) < 0 ? -1 : real(descriptor, data, length, offset);
}

/* Of the files recorded only the witness is written this way, always at its end. */
ssize_t write(int descriptor, const void *data, size_t length)
{
    REAL(write);
    if (descriptor == STDOUT_FILENO)
        record(ACKNOWLEDGED, OUTPUT, 0, data, length);
    else if (file_of(descriptor)) {
        struct stat now;
        uint64_t end = fstat(descriptor, &now) == 0 ? (uint64_t)now.st_size : 0;
        if (before_pwrite(descriptor, data, length, end) < 0)
            return -1;
    }
    return real(descriptor, data, length);
}

int fsync(int descriptor)
{
    REAL(fsync);
    record(SYNC_BEGINS, file_of(descriptor), 0, NULL, 0);
    int done = real(descriptor);
    if (done == 0)
        record(SYNC_ENDS, file_of(descriptor), 0, NULL, 0);
    return done;
}

int fdatasync(int descriptor)
{
    REAL(fdatasync);
    record(SYNC_BEGINS, file_of(descriptor), 0, NULL, 0);
    int done = real(descriptor);
    if (done == 0)
        record(SYNC_ENDS, file_of(descriptor), 0, NULL, 0);
    return done;
}

int ftruncate(int descriptor, off_t length)
{
    REAL(ftruncate);
    record(TRUNCATE, file_of(descriptor), length, NULL, 0);
    return real(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length)
{
    REAL(ftruncate64);
    record(TRUNCATE, file_of(descriptor), length, NULL, 0);
    return real(descriptor, length);
}
