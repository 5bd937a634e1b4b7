// SPDX-License-Identifier: GPL-3.0-or-later
// Windows only: handles that close themselves, and the last error.
#pragma once

#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <memory>
#include <system_error>

namespace tessera {

struct HandleCloser {
    using pointer = HANDLE;
    void operator()(HANDLE handle) const {
        if (handle != nullptr && handle != INVALID_HANDLE_VALUE) ::CloseHandle(handle);
    }
};
using Handle = std::unique_ptr<void, HandleCloser>;

inline std::error_code lastWindowsError() { return {static_cast<int>(::GetLastError()), std::system_category()}; }

}  // namespace tessera
