// SPDX-License-Identifier: GPL-3.0-or-later
// Errors as values: every verb that can fail returns Result<T>. Exceptions stop at the folder whose library throws them.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tessera {

enum class ErrorKind {
    NotFound,         // a file, key, tensor, fragment or host that is not there
    Corrupt,          // bytes that contradict their format, their hash or each other
    Unsupported,      // well-formed, but not something this build does
    InvalidArgument,  // the caller's wish makes no sense
    Io,               // the operating system said no: disk full, permission, read error
    Network,          // the same, over a network
    Refused,          // a peer is there and does not let us (key, right, invitation)
    Cancelled,        // the user's stop
    OutOfMemory,
};

/// "not found", "corrupt", … for logs and JSON.
std::string_view errorKindName(ErrorKind kind);

/// What went wrong. The message says what, where (file, field), the value found, and what the user can do.
struct Error {
    ErrorKind kind = ErrorKind::Io;
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorKind::Corrupt, "…");` in a function that returns Result<anything>.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}

/// Passes an error on, with the place it went through put before it: "model.gguf: …".
inline tl::unexpected<Error> failAt(std::string_view where, const Error& error) {
    return fail(error.kind, std::string(where) + ": " + error.message);
}

}  // namespace tessera

#define TESSERA_CONCAT_INNER(a, b) a##b
#define TESSERA_CONCAT(a, b) TESSERA_CONCAT_INNER(a, b)

/// `TESSERA_TRY(auto file, openFile(path));` — declares file, or returns the error.
#define TESSERA_TRY(declaration, expression) TESSERA_TRY_IMPL(declaration, expression, TESSERA_CONCAT(tesseraTry, __LINE__))
#define TESSERA_TRY_IMPL(declaration, expression, name)       \
    auto name = (expression);                                 \
    if (!name) return tl::unexpected(std::move(name).error()); \
    declaration = *std::move(name)

/// `TESSERA_CHECK(file.sync());` — for Result<void>: returns the error.
#define TESSERA_CHECK(expression) TESSERA_CHECK_IMPL(expression, TESSERA_CONCAT(tesseraCheck, __COUNTER__))
#define TESSERA_CHECK_IMPL(expression, name) \
    if (auto name = (expression); !name) return tl::unexpected(std::move(name).error())
