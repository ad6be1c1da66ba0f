#pragma once
#include <microhttpd.h>
#include <string.h>

/// What a daemon starts with; MHD's own start function is variadic, which Swift cannot call.
struct syncline_mhd_settings {
  MHD_socket listen_socket;
  /// PEM texts, NUL-terminated, or NULL without TLS.
  const char *certificate;
  const char *key;
  unsigned int connection_limit;
  unsigned int per_ip_limit;
  unsigned int idle_timeout;
  size_t memory_limit;
  /// The number of threads that receive and send; each connection stays with one of them.
  unsigned int threads;
  void *context;
  MHD_AccessHandlerCallback access;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
  void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
};

static inline struct MHD_Daemon *syncline_mhd_start(const struct syncline_mhd_settings *s) {
  unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME;
#ifdef __linux__
  flags |= MHD_USE_EPOLL;
#else
  flags |= MHD_USE_POLL;
#endif
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s->certificate},
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)s->key},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
      {MHD_OPTION_END, 0, NULL}};
  struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
  if (s->certificate != NULL) flags |= MHD_USE_TLS;
  // A pool of one is refused by the library.
  struct MHD_OptionItem pool[] = {
      {s->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)s->threads, NULL},
      {MHD_OPTION_END, 0, NULL}};
  return MHD_start_daemon(
      flags, 0, NULL, NULL, s->access, s->context,
      MHD_OPTION_LISTEN_SOCKET, s->listen_socket,
      MHD_OPTION_CONNECTION_LIMIT, s->connection_limit,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->per_ip_limit,
      MHD_OPTION_CONNECTION_TIMEOUT, s->idle_timeout,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->memory_limit,
      MHD_OPTION_STRICT_FOR_CLIENT, (int)1,
      MHD_OPTION_NOTIFY_COMPLETED, s->completed, s->context,
      MHD_OPTION_NOTIFY_CONNECTION, s->connection, s->context,
      MHD_OPTION_URI_LOG_CALLBACK, s->target, s->context,
      MHD_OPTION_ARRAY, s->certificate != NULL ? tls : plain,
      MHD_OPTION_ARRAY, pool,
      MHD_OPTION_END);
}

/// The socket of a connection, or -1.
static inline MHD_socket syncline_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? (MHD_socket)-1 : info->connect_fd;
}

/// The peer's socket address, or NULL.
static inline const struct sockaddr *syncline_mhd_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info == NULL ? NULL : info->client_addr;
}

/// A response that holds its own copy of the bytes.
static inline struct MHD_Response *syncline_mhd_bytes(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// A response that is pulled; a negative length means that it is not known.
static inline struct MHD_Response *syncline_mhd_pulled(
    int64_t length, size_t block, MHD_ContentReaderCallback read, void *context,
    MHD_ContentReaderFreeCallback release) {
  return MHD_create_response_from_callback(
      length < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)length, block, read, context, release);
}

static const ssize_t syncline_mhd_end = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t syncline_mhd_failed = MHD_CONTENT_READER_END_WITH_ERROR;
