/* A disk that can fail, for whoever is started with LD_PRELOAD=disk.so.

   $FAULTS_SHADOW: the folder that survives a power cut. What is synced of a file in
   $FAULTS_LIVE is copied there, whole, before the sync returns; nothing else is.

   $FAULTS_BROKEN: while this file exists, writes and syncs below $FAULTS_LIVE fail with
   the error number that it contains. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define REAL(name) dlsym(RTLD_NEXT, name)

typedef int (*sync_function)(int);
typedef ssize_t (*read_function)(int, void *, size_t, off_t);
typedef ssize_t (*write_function)(int, const void *, size_t);
typedef ssize_t (*pwrite_function)(int, const void *, size_t, off_t);

/* Return the name of the file below $FAULTS_LIVE that is open as `fd`, or NULL. */
static const char *live_name(int fd, char *path, size_t size) {
    const char *live = getenv("FAULTS_LIVE");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = live ? readlink(link, path, size - 1) : -1;
    if (length < 0) return NULL;
    path[length] = 0;
    size_t prefix = strlen(live);
    if (strncmp(path, live, prefix) || path[prefix] != '/') return NULL;
    return path + prefix + 1;
}

/* Tell whether the disk is broken for `fd`; if so, errno says how. */
static int is_broken(int fd) {
    const char *switch_file = getenv("FAULTS_BROKEN");
    char path[4096], text[16] = "";
    if (!switch_file || !live_name(fd, path, sizeof path)) return 0;
    int opened = open(switch_file, O_RDONLY | O_CLOEXEC);
    if (opened < 0) return 0;
    ssize_t length = read(opened, text, sizeof text - 1);
    close(opened);
    errno = length > 0 ? atoi(text) : EIO;
    return 1;
}

/* Copy the whole file that is open as `fd` to `to`, by way of `unfinished`. */
static void copy(int fd, const char *to, const char *unfinished) {
    read_function real_read = REAL("pread");
    write_function real_write = REAL("write");
    char buffer[1 << 16];
    int out = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t length;
    for (off_t at = 0; (length = real_read(fd, buffer, sizeof buffer, at)) > 0; at += length)
        if (real_write(out, buffer, length) != length) abort();
    close(out);
    if (rename(unfinished, to)) abort();
}

static int synced(int fd, const char *function) {
    const char *shadow = getenv("FAULTS_SHADOW");
    char path[4096], to[8192], unfinished[8192];
    if (is_broken(fd)) return -1;
    sync_function real = REAL(function);
    const char *name = shadow ? live_name(fd, path, sizeof path) : NULL;
    if (!name || strchr(name, '/')) return real(fd);
    snprintf(to, sizeof to, "%s/.lock", shadow);
    int lock = open(to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    flock(lock, LOCK_EX);
    snprintf(to, sizeof to, "%s/%s", shadow, name);
    snprintf(unfinished, sizeof unfinished, "%s/.unfinished", shadow);
    copy(fd, to, unfinished);
    close(lock);
    return 0;
}

int fsync(int fd) { return synced(fd, "fsync"); }

int fdatasync(int fd) { return synced(fd, "fdatasync"); }

ssize_t write(int fd, const void *data, size_t size) {
    if (is_broken(fd)) return -1;
    return ((write_function)REAL("write"))(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (is_broken(fd)) return -1;
    return ((pwrite_function)REAL("pwrite"))(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (is_broken(fd)) return -1;
    return ((pwrite_function)REAL("pwrite64"))(fd, data, size, at);
}
