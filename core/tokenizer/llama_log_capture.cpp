// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/llama_log_capture.h"

#include <llama.h>

#include <mutex>
#include <string_view>
#include <thread>

namespace tessera {

namespace {

std::mutex g_one_at_a_time;
std::thread::id g_thread;
std::string g_errors;
ggml_log_callback g_previous = nullptr;
void* g_previous_data = nullptr;

void capture(ggml_log_level level, const char* text, void*) {
    if (std::this_thread::get_id() == g_thread) {
        if (level == GGML_LOG_LEVEL_ERROR) g_errors += text;
    } else if (g_previous) {
        g_previous(level, text, g_previous_data);
    }
}

}  // namespace

LlamaLogCapture::LlamaLogCapture() {
    g_one_at_a_time.lock();
    g_thread = std::this_thread::get_id();
    g_errors.clear();
    llama_log_get(&g_previous, &g_previous_data);
    llama_log_set(capture, nullptr);
}

LlamaLogCapture::~LlamaLogCapture() {
    ggml_log_callback current = nullptr;
    void* data = nullptr;
    llama_log_get(&current, &data);
    if (current == capture) llama_log_set(g_previous, g_previous_data);
    g_one_at_a_time.unlock();
}

std::string LlamaLogCapture::firstError() const {
    std::string_view line = std::string_view(g_errors).substr(0, g_errors.find('\n'));
    if (const auto colon = line.find(": "); colon != std::string_view::npos) line.remove_prefix(colon + 2);
    return std::string(line);
}

}  // namespace tessera
