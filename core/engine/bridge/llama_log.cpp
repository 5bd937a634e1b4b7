// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/llama_log.h"

#include "core/base/log.h"

#include <ggml.h>
#include <llama.h>

#include <cctype>
#include <mutex>
#include <string_view>

namespace tessera {

namespace {

thread_local std::string* t_errors = nullptr;

bool isIdentifier(std::string_view text) {
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != ':' && c != '~') return false;
    }
    return !text.empty();
}

/// "llama_model_load: error loading model: …" → "error loading model: …"
std::string_view withoutFunction(std::string_view line) {
    while (true) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos || line.substr(0, colon).find('_') == std::string_view::npos ||
            !isIdentifier(line.substr(0, colon))) {
            return line;
        }
        line.remove_prefix(colon + 2);
    }
}

void receive(ggml_log_level level, const char* text, void*) {
    if (level == GGML_LOG_LEVEL_ERROR && t_errors) t_errors->append(text);
    if (!logEnabled(LogLevel::Debug)) return;
    std::string_view line = text;
    while (line.ends_with('\n')) line.remove_suffix(1);
    if (!line.empty() && line != ".") logDebug(line);
}

}  // namespace

void routeLlamaLog() {
    static std::mutex mutex;  // libllama's setting is global and not thread-safe
    const std::scoped_lock lock(mutex);
    llama_log_set(receive, nullptr);
}

LlamaErrors::LlamaErrors() {
    routeLlamaLog();
    t_errors = &m_lines;
}

LlamaErrors::~LlamaErrors() { t_errors = nullptr; }

std::string LlamaErrors::reason(std::string otherwise) const {
    // The first line is the cause; those after it tell who passed it on.
    std::string_view rest = m_lines;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = withoutFunction(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.find_first_not_of(" .\r") != std::string_view::npos) return std::string(line);
    }
    return otherwise;
}

}  // namespace tessera
