// SPDX-License-Identifier: GPL-3.0-or-later
// What a verb says: results on standard output, everything else on standard error. With --json standard output gets
// exactly one JSON object.
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace tessera::cli {

enum ExitCode { kExitFine = 0, kExitFailed = 1, kExitUsage = 2, kExitInterrupted = 130 };

/// Filled by the options every verb has.
struct OutputOptions {
    bool json = false;
    bool quiet = false;
    bool verbose = false;
};

/// One per process. One thread at a time.
class Output {
public:
    OutputOptions options;

    bool json() const { return options.json; }
    bool quiet() const { return options.quiet; }

    /// Result text as it is (on a terminal without control characters), without a line break; nothing with --json.
    void text(std::string_view text);
    void line(std::string_view text);
    /// The verb's result; only the first call counts, and only with --json.
    void result(const nlohmann::ordered_json& object);
    /// A remark on standard error, "Note: …"; not with --quiet.
    void note(std::string_view message);
    void error(const Error& error);
    void usageError(std::string_view message, std::string_view hint);
    /// Io when standard output could not take everything (disk full, closed pipe).
    Result<void> finish();

private:
    void errorObject(std::string_view kind, std::string_view message);
    bool m_has_result = false;
};

/// A terminal that knows escape sequences (TERM is not "dumb").
bool mayRedraw(std::FILE* stream);

/// Whether colours may be used on this stream: mayRedraw, and no NO_COLOR (https://no-color.org).
bool mayColor(std::FILE* stream);

/// {"kind": …, "message": …}
nlohmann::ordered_json errorValue(const Error& error);

/// JSON text on one line; invalid UTF-8 becomes U+FFFD.
std::string jsonLine(const nlohmann::ordered_json& value);

}  // namespace tessera::cli
