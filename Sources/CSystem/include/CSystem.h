// What the C library modules of Swift lack: packed listings, one layout of `stat` on every
// platform, renames with flags, barriers, and macros that Swift cannot import.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cs_kind {
  cs_kind_unknown = 0,
  cs_kind_file = 1,
  cs_kind_directory = 2,
  cs_kind_link = 3,
  cs_kind_special = 4
};

struct cs_status {
  uint64_t size;
  int64_t modified_ns;
  int64_t changed_ns;
  uint64_t inode;
  uint64_t device;
  uint64_t link_count;
  uint32_t mode;
  uint8_t kind;
};

// All of these answer 0 or an error number; none of them sets or reads `errno` for the caller.
int cs_status_at(int directory, const char *name, struct cs_status *out);
int cs_status_of(int descriptor, struct cs_status *out);

// The number of the mount that an open file was reached through; 0 where the system does not tell.
uint64_t cs_mount_of(int descriptor);

// Lists a directory from its start, with a descriptor of its own. Each record in `*buffer` is
// an inode (8 bytes), a kind (1), the length of the name (2), the name, and a NUL. The buffer is
// grown with `realloc` and belongs to the caller.
int cs_list(int directory, uint8_t **buffer, size_t *capacity, size_t *length);

enum cs_rename { cs_rename_replace = 0, cs_rename_no_replace = 1, cs_rename_exchange = 2 };
int cs_rename_at(int from, const char *name, int to, const char *new_name, int how);

// Writes everything that the file system of a descriptor holds in memory to its device.
int cs_sync_file_system(int descriptor);
// Writes one file to its device, through the device's own cache where the platform allows it.
int cs_sync_file(int descriptor);
int cs_free_space(int descriptor, uint64_t *bytes);
// Whether a descriptor lies on one of the local file systems that are known to change the times of
// a folder with every change of the names in it.
int cs_tells_name_changes(int descriptor, bool *known);
int cs_lock(int descriptor, bool *taken);

// The width of a terminal in columns, or 0.
int cs_terminal_width(int descriptor);
// Whether a signal is ignored, as by `nohup`.
int cs_is_ignored(int signal);

// Exit code of a wait status; 128 + signal where a signal ended it.
int cs_exit_code(int wait_status);
// `actions` is a `posix_spawn_file_actions_t`.
int cs_spawn_change_directory(void *actions, const char *path);
int cs_random(void *buffer, size_t count);
// Starts a detached thread with a stack of 2 MiB.
int cs_start_thread(void *(*body)(void *), void *argument);

// Raises how many descriptors the process may hold, as far as it may, up to `wanted`; what it is then.
uint64_t cs_raise_descriptor_limit(uint64_t wanted);

// Makes the allocator give memory back; does nothing where it is not glibc's.
void cs_spare_memory(void);
// Asks for large pages for a part of memory; does nothing where there are none.
void cs_use_large_pages(void *start, size_t length);
