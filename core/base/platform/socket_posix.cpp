// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/socket.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#ifdef __linux__
#include <sys/sendfile.h>
#endif

namespace tessera {

Result<std::optional<std::uint64_t>> sendFile([[maybe_unused]] const File& file, [[maybe_unused]] std::uint64_t offset,
                                              [[maybe_unused]] std::uint64_t size, [[maybe_unused]] std::intptr_t socket) {
#ifdef __linux__
    off_t position = static_cast<off_t>(offset);
    const ssize_t sent = ::sendfile(static_cast<int>(socket), file.descriptor(), &position, static_cast<std::size_t>(size));
    if (sent > 0) return static_cast<std::uint64_t>(sent);
    if (sent == 0) return fail(ErrorKind::Corrupt, format("{}: the file ends at byte {}", toUtf8(file.path()), offset));
    if (errno == EAGAIN || errno == EINTR) return std::uint64_t{0};
    if (errno == EINVAL || errno == ENOSYS) return std::nullopt;  // a file system that cannot be mapped
    return fail(ErrorKind::Network, format("the connection was lost ({})", std::strerror(errno)));
#else
    return std::nullopt;
#endif
}

void allowOpenFiles(std::uint64_t count) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, count);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace tessera
