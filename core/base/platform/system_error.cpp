// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/system_error.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"

namespace tessera {

namespace {

ErrorKind kindOf(const std::error_code& code) {
    if (code == std::errc::no_such_file_or_directory) return ErrorKind::NotFound;
    if (code == std::errc::not_enough_memory) return ErrorKind::OutOfMemory;
    return ErrorKind::Io;
}

std::string_view adviceFor(const std::error_code& code) {
    if (code == std::errc::no_space_on_device) return " (the disk is full: free some space, or choose a place on another disk)";
    if (code == std::errc::file_too_large) return " (the file system or a limit of this process does not allow larger files)";
    if (code == std::errc::permission_denied) return " (check the permissions, or choose another place)";
    if (code == std::errc::read_only_file_system) return " (choose a place that can be written)";
    if (code == std::errc::too_many_files_open) return " (raise the limit of open files, ulimit -n)";
    return "";
}

}  // namespace

tl::unexpected<Error> systemError(const std::filesystem::path& path, std::string_view action, const std::error_code& code) {
    return fail(kindOf(code), format("{}: cannot {}: {}{}", toUtf8(path), action, code.message(), adviceFor(code)));
}

}  // namespace tessera
