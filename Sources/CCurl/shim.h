#pragma once
#include <curl/curl.h>
#include <fcntl.h>

// curl's setters and getters are variadic, which Swift cannot call: one function for each C type.

static inline CURLcode syncline_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncline_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/// Strings are copied by curl, except CURLOPT_POSTFIELDS.
static inline CURLcode syncline_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncline_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

/// Sets the PEM texts of the certificates to trust in place of a file; curl copies them.
static inline CURLcode syncline_curl_set_roots(CURL *easy, const void *bytes, size_t count) {
  struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
  return curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
}

/// The file of certificates that curl was built to trust, or NULL.
static inline const char *syncline_curl_system_roots(void) {
  return curl_version_info(CURLVERSION_NOW)->cainfo;
}

typedef size_t (*syncline_curl_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*syncline_curl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*syncline_curl_progress)(
    void *context, curl_off_t down, curl_off_t downNow, curl_off_t up, curl_off_t upNow);

static inline CURLcode syncline_curl_set_transfer(
    CURL *easy, CURLoption option, syncline_curl_transfer value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncline_curl_set_seek(CURL *easy, syncline_curl_seek value) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode syncline_curl_set_progress(CURL *easy, syncline_curl_progress value) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}

static inline int syncline_curl_mark(void *context, curl_socket_t socket, curlsocktype purpose) {
  (void)context;
  (void)purpose;
  return fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

/// Keeps connections from the programs that this process starts; curl 7.88 does not do so itself.
static inline CURLcode syncline_curl_close_on_exec(CURL *easy) {
  return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, syncline_curl_mark);
}

static inline curl_off_t syncline_curl_get_size(CURL *easy, CURLINFO info) {
  curl_off_t value = -1;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

static inline long syncline_curl_get_long(CURL *easy, CURLINFO info) {
  long value = -1;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

/// The result of the one finished transfer, or -1 where none has finished.
static inline int syncline_curl_result(CURLM *multi) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) return (int)message->data.result;
  }
  return -1;
}

static inline CURLcode syncline_curl_start(void) { return curl_global_init(CURL_GLOBAL_ALL); }

static inline CURLMcode syncline_curl_limit_connections(CURLM *multi, long count) {
  return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, count);
}

static const size_t syncline_curl_read_abort = CURL_READFUNC_ABORT;
static const long syncline_curl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long syncline_curl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;
