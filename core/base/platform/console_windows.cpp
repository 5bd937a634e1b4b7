// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform/console.h"
#include "core/base/platform/windows_handle.h"

#include <shellapi.h>

namespace tessera {

namespace {

std::string utf8FromWide(const wchar_t* text) {
    const int size = ::WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
    if (size <= 1) return {};
    std::string utf8(static_cast<std::size_t>(size), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8.data(), size, nullptr, nullptr);
    utf8.pop_back();  // the terminating zero
    return utf8;
}

void enableEscapes(DWORD handle_name) {
    const HANDLE handle = ::GetStdHandle(handle_name);
    DWORD mode = 0;
    if (::GetConsoleMode(handle, &mode)) ::SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

}  // namespace

std::vector<std::string> utf8Arguments(int, char**) {
    ::SetConsoleOutputCP(CP_UTF8);
    ::SetConsoleCP(CP_UTF8);
    enableEscapes(STD_OUTPUT_HANDLE);
    enableEscapes(STD_ERROR_HANDLE);
    std::vector<std::string> arguments;
    int count = 0;
    LPWSTR* wide = ::CommandLineToArgvW(::GetCommandLineW(), &count);
    for (int i = 1; wide && i < count; ++i) arguments.push_back(utf8FromWide(wide[i]));
    ::LocalFree(wide);
    return arguments;
}

bool terminalShowsUtf8() { return true; }

}  // namespace tessera
