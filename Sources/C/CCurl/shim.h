// libcurl's setopt and getinfo take variable arguments, which Swift cannot call.
// One typed wrapper per kind of argument opens them, and keeps the kinds apart.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>

static inline CURLcode ccurl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_size(CURL *easy, CURLoption option, int64_t value) {
    return curl_easy_setopt(easy, option, (curl_off_t)value);
}

static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_bytes(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_receiver(
    CURL *easy, CURLoption function, CURLoption target, ccurl_receiver receiver, void *context) {
    CURLcode code = curl_easy_setopt(easy, function, receiver);
    return code == CURLE_OK ? curl_easy_setopt(easy, target, context) : code;
}

// What the callbacks answer to be called again later; `curl_easy_pause` takes their place in the pause mask.
static const size_t ccurl_receiving_pauses = CURL_WRITEFUNC_PAUSE;
static const size_t ccurl_sending_pauses = CURL_READFUNC_PAUSE;
static const size_t ccurl_sending_fails = CURL_READFUNC_ABORT;

static inline CURLcode ccurl_pause(CURL *easy, int receiving, int sending) {
    return curl_easy_pause(easy, (receiving ? CURLPAUSE_RECV : 0) | (sending ? CURLPAUSE_SEND : 0));
}

static inline int ccurl_mark_close_on_exec(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context;
    (void)purpose;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    return CURL_SOCKOPT_OK;
}

// A child process must not hold our connections open.
static inline CURLcode ccurl_close_on_exec(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, ccurl_mark_close_on_exec);
}

// TLS from the first byte, or by STARTTLS; curl fails if the server offers neither.
static inline CURLcode ccurl_require_tls(CURL *easy, int required) {
    return curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
}

typedef curl_socket_t (*ccurl_socket_maker)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

// Who makes the sockets sees every address before anything is sent to it.
static inline CURLcode ccurl_set_socket_maker(CURL *easy, ccurl_socket_maker maker, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, maker);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context) : code;
}

static inline const struct sockaddr *ccurl_address(const struct curl_sockaddr *address) {
    return &address->addr;
}

static inline curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static const curl_socket_t ccurl_no_socket = CURL_SOCKET_BAD;

static inline CURLcode ccurl_use_http_1_1(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

// HTTP/2 if the server agrees during the TLS handshake; what is not TLS stays with HTTP/1.1.
static inline CURLcode ccurl_prefer_http_2(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
}

static inline int ccurl_knows_http_2(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
}

static inline CURLcode ccurl_require_tls_1_2(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static inline long ccurl_status(CURL *easy) {
    long status = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

// Microseconds until the request was about to be written; 0 while name, connection or TLS were still on the way.
static inline int64_t ccurl_time_until_sending(CURL *easy) {
    curl_off_t time = 0;
    return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &time) == CURLE_OK ? (int64_t)time : 0;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

#endif
