#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#elif defined(__APPLE__)
#include <sys/mount.h>
#include <sys/param.h>
#endif

static void cs_fill(const struct stat *from, struct cs_status *out) {
  out->size = (uint64_t)from->st_size;
#if defined(__APPLE__)
  const struct timespec modified = from->st_mtimespec, changed = from->st_ctimespec;
#else
  const struct timespec modified = from->st_mtim, changed = from->st_ctim;
#endif
  out->modified_ns = (int64_t)modified.tv_sec * 1000000000 + modified.tv_nsec;
  out->changed_ns = (int64_t)changed.tv_sec * 1000000000 + changed.tv_nsec;
  out->inode = (uint64_t)from->st_ino;
  out->device = (uint64_t)from->st_dev;
  out->link_count = (uint64_t)from->st_nlink;
  out->mode = (uint32_t)from->st_mode & 07777;
  switch (from->st_mode & S_IFMT) {
    case S_IFREG: out->kind = cs_kind_file; break;
    case S_IFDIR: out->kind = cs_kind_directory; break;
    case S_IFLNK: out->kind = cs_kind_link; break;
    default: out->kind = cs_kind_special; break;
  }
}

int cs_status_at(int directory, const char *name, struct cs_status *out) {
  struct stat found;
  while (fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != EINTR) return errno;
  }
  cs_fill(&found, out);
  return 0;
}

int cs_status_of(int descriptor, struct cs_status *out) {
  struct stat found;
  while (fstat(descriptor, &found) != 0) {
    if (errno != EINTR) return errno;
  }
  cs_fill(&found, out);
  return 0;
}

uint64_t cs_mount_of(int descriptor) {
#if defined(__linux__) && defined(STATX_MNT_ID)
  struct statx found;
  if (statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &found) == 0 &&
      (found.stx_mask & STATX_MNT_ID) != 0) {
    return found.stx_mnt_id;
  }
#else
  (void)descriptor;
#endif
  return 0;
}

static uint8_t cs_kind_of_type(uint8_t type) {
  switch (type) {
    case DT_REG: return cs_kind_file;
    case DT_DIR: return cs_kind_directory;
    case DT_LNK: return cs_kind_link;
    case DT_UNKNOWN: return cs_kind_unknown;
    default: return cs_kind_special;
  }
}

// Appends one name to the records of a listing; ENOMEM when there is no room for it.
static int cs_append_name(
    const char *name, uint64_t inode, uint8_t kind, uint8_t **buffer, size_t *capacity,
    size_t *length) {
  if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) return 0;
  size_t count = strlen(name);
  size_t needed = *length + 8 + 1 + 2 + count + 1;
  if (needed > *capacity) {
    size_t larger = needed * 2 < 16384 ? 16384 : needed * 2;
    uint8_t *grown = realloc(*buffer, larger);
    if (grown == NULL) return ENOMEM;
    *buffer = grown;
    *capacity = larger;
  }
  uint8_t *record = *buffer + *length;
  uint16_t short_count = (uint16_t)count;
  memcpy(record, &inode, 8);
  record[8] = kind;
  memcpy(record + 9, &short_count, 2);
  memcpy(record + 11, name, count + 1);
  *length = needed;
  return 0;
}

#if defined(__linux__)
// As the kernel writes it: a name without a stream around it saves four calls a folder.
struct cs_kernel_entry {
  uint64_t inode;
  int64_t offset;
  uint16_t size;
  uint8_t type;
  char name[];
};

static int cs_list_open(int own, uint8_t **buffer, size_t *capacity, size_t *length) {
  _Alignas(8) char block[32768];
  for (;;) {
    long count = syscall(SYS_getdents64, own, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 ? errno : 0;
    for (long offset = 0; offset < count;) {
      const struct cs_kernel_entry *entry = (const struct cs_kernel_entry *)(block + offset);
      int error = cs_append_name(
          entry->name, entry->inode, cs_kind_of_type(entry->type), buffer, capacity, length);
      if (error != 0) return error;
      offset += entry->size;
    }
  }
}
#else
static int cs_list_open(int own, uint8_t **buffer, size_t *capacity, size_t *length) {
  int copy = fcntl(own, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return errno;
  DIR *stream = fdopendir(copy);
  if (stream == NULL) {
    int error = errno;
    close(copy);
    return error;
  }
  int error = 0;
  while (error == 0) {
    errno = 0;
    const struct dirent *entry = readdir(stream);
    if (entry == NULL) {
      error = errno;
      break;
    }
    error = cs_append_name(
        entry->d_name, (uint64_t)entry->d_ino, cs_kind_of_type(entry->d_type), buffer, capacity,
        length);
  }
  closedir(stream);
  return error;
}
#endif

int cs_list(int directory, uint8_t **buffer, size_t *capacity, size_t *length) {
  *length = 0;
  int own;
  do {
    own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (own < 0 && errno == EINTR);
  if (own < 0) return errno;
  int error = cs_list_open(own, buffer, capacity, length);
  close(own);
  return error;
}

#if defined(__linux__)
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif
#endif

int cs_rename_at(int from, const char *name, int to, const char *new_name, int how) {
  for (;;) {
    int result;
    if (how == cs_rename_replace) {
      result = renameat(from, name, to, new_name);
    } else {
#if defined(__linux__)
      unsigned flags = how == cs_rename_exchange ? RENAME_EXCHANGE : RENAME_NOREPLACE;
      result = (int)syscall(SYS_renameat2, from, name, to, new_name, flags);
#elif defined(__APPLE__)
      unsigned flags = how == cs_rename_exchange ? RENAME_SWAP : RENAME_EXCL;
      result = renameatx_np(from, name, to, new_name, flags);
#else
      return ENOTSUP;
#endif
    }
    if (result == 0) return 0;
    if (errno == EINTR) continue;
    // A file system that does not know the flag answers EINVAL, an old kernel ENOSYS.
    if (how != cs_rename_replace && (errno == EINVAL || errno == ENOSYS)) return ENOTSUP;
    return errno;
  }
}

int cs_sync_file_system(int descriptor) {
#if defined(__linux__)
  while (syncfs(descriptor) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
#elif defined(__APPLE__)
  sync();
  if (fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
  return cs_sync_file(descriptor);
#else
  sync();
  return 0;
#endif
}

int cs_sync_file(int descriptor) {
#if defined(__APPLE__)
  if (fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
#endif
  while (fsync(descriptor) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int cs_free_space(int descriptor, uint64_t *bytes) {
  struct statvfs found;
  while (fstatvfs(descriptor, &found) != 0) {
    if (errno != EINTR) return errno;
  }
  *bytes = (uint64_t)found.f_bavail * (uint64_t)found.f_frsize;
  return 0;
}

int cs_tells_name_changes(int descriptor, bool *known) {
  struct statfs found;
  while (fstatfs(descriptor, &found) != 0) {
    if (errno != EINTR) return errno;
  }
#if defined(__linux__)
  // From linux/magic.h and the sources of ZFS: ext2 to ext4, XFS, Btrfs, F2FS, tmpfs, ZFS. Layers
  // above others (overlay), network and user-space file systems are not among them.
  static const uint32_t local[] = {
      0xEF53, 0x58465342, 0x9123683E, 0xF2F52010, 0x01021994, 0x2FC12FC1};
  *known = false;
  for (size_t index = 0; index < sizeof local / sizeof *local; index++) {
    if ((uint32_t)found.f_type == local[index]) *known = true;
  }
#elif defined(__APPLE__)
  *known = strcmp(found.f_fstypename, "apfs") == 0 || strcmp(found.f_fstypename, "hfs") == 0;
#else
  *known = false;
#endif
  return 0;
}

int cs_lock(int descriptor, bool *taken) {
  for (;;) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
      *taken = true;
      return 0;
    }
    if (errno == EINTR) continue;
    *taken = false;
    return errno == EWOULDBLOCK ? 0 : errno;
  }
}

int cs_terminal_width(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

int cs_is_ignored(int number) {
  struct sigaction found;
  return sigaction(number, NULL, &found) == 0 && found.sa_handler == SIG_IGN;
}

int cs_exit_code(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return -1;
}

int cs_spawn_change_directory(void *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

int cs_random(void *buffer, size_t count) {
#if defined(__linux__)
  uint8_t *next = buffer;
  while (count > 0) {
    ssize_t got = getrandom(next, count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    next += got;
    count -= (size_t)got;
  }
#else
  arc4random_buf(buffer, count);
#endif
  return 0;
}

int cs_start_thread(void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  int result = pthread_attr_init(&attributes);
  if (result != 0) return result;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Deep folders recurse, and the defaults of some platforms are small.
  pthread_attr_setstacksize(&attributes, (size_t)2 << 20);
  result = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return result;
}

void cs_use_large_pages(void *start, size_t length) {
#if defined(MADV_HUGEPAGE)
  // Only whole pages that lie inside; a refusal changes nothing.
  uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)start + size - 1) & ~(size - 1);
  uintptr_t end = ((uintptr_t)start + length) & ~(size - 1);
  if (start != NULL && first < end) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
  (void)start;
  (void)length;
#endif
}

uint64_t cs_raise_descriptor_limit(uint64_t wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : (rlim_t)wanted;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

void cs_spare_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
}
