#pragma once
#include <zstd.h>
#include <zstd_errors.h>

// Macros with casts do not reach Swift.
static inline unsigned long long syncline_zstd_size_unknown(void) { return ZSTD_CONTENTSIZE_UNKNOWN; }
static inline unsigned long long syncline_zstd_size_error(void) { return ZSTD_CONTENTSIZE_ERROR; }
