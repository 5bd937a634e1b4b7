// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include "core/base/format.h"
#include "core/base/platform/system.h"
#include "core/base/quote.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tessera::cli {

namespace {

void write(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

void complain(std::string_view message) {
    std::fflush(stdout);
    write(stderr, mayColor(stderr) ? "\x1b[1;31mError:\x1b[0m " : "Error: ");
    write(stderr, printable(message));
    write(stderr, "\n");
}

/// Only files and pipes get a model's text and strangers' names as they are.
bool showsOnTerminal() {
    static const bool terminal = isTerminal(stdout);
    return terminal;
}

}  // namespace

void Output::text(std::string_view text) {
    if (!options.json) write(stdout, showsOnTerminal() ? printable(text) : text);
}

void Output::line(std::string_view text) {
    this->text(text);
    this->text("\n");
}

void Output::result(const nlohmann::ordered_json& object) {
    if (!options.json || m_has_result) return;
    m_has_result = true;
    write(stdout, jsonLine(object));
    write(stdout, "\n");
}

void Output::note(std::string_view message) {
    if (options.quiet) return;
    std::fflush(stdout);
    write(stderr, format("Note: {}\n", printable(message)));
}

void Output::error(const Error& error) {
    errorObject(errorKindName(error.kind), error.message);
    complain(error.message);
}

void Output::usageError(std::string_view message, std::string_view hint) {
    errorObject("usage", message);
    complain(message);
    write(stderr, format("{}\n", hint));
}

Result<void> Output::finish() {
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
    return fail(ErrorKind::Io, format("standard output could not take everything: {}",
                                      errno != 0 ? std::strerror(errno) : "an earlier write failed"));
}

void Output::errorObject(std::string_view kind, std::string_view message) {
    result({{"error", {{"kind", kind}, {"message", message}}}});
}

bool mayRedraw(std::FILE* stream) { return isTerminal(stream) && environment("TERM") != "dumb"; }

bool mayColor(std::FILE* stream) { return mayRedraw(stream) && environment("NO_COLOR").empty(); }

nlohmann::ordered_json errorValue(const Error& error) { return {{"kind", errorKindName(error.kind)}, {"message", error.message}}; }

std::string jsonLine(const nlohmann::ordered_json& value) {
    return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tessera::cli
