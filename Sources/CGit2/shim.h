#pragma once
#include <git2.h>

// The options' initial values are macros, which Swift cannot see.

static inline git_merge_file_options syncline_git_merge_file_options(void) {
  git_merge_file_options options = GIT_MERGE_FILE_OPTIONS_INIT;
  return options;
}

static inline git_merge_file_input syncline_git_merge_file_input(const void *bytes, size_t count) {
  git_merge_file_input input = GIT_MERGE_FILE_INPUT_INIT;
  input.ptr = (const char *)bytes;
  input.size = count;
  input.path = "file";
  input.mode = 0100644;
  return input;
}

static inline git_diff_options syncline_git_diff_options(void) {
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  return options;
}
