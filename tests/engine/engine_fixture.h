// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine's tests share: loading a model, prompts, running.
#pragma once

#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/engine/llama_reference.h"
#include "tests/support/generated_model.h"
#include "tests/support/test_model.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <vector>

namespace tessera::test {

/// The value, or a failed test that says why.
template <class T>
T require(Result<T> result) {
    if (!result) {
        qCritical("%s", result.error().message.c_str());
        throw std::runtime_error(result.error().message);  // Qt Test reports it as a failure
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A source and the engine over it.
struct LoadedEngine {
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<FragmentEngine> engine;
    FragmentEngine* operator->() const { return engine.get(); }
};

inline LoadedEngine loadEngine(const std::filesystem::path& path, int threads = 2, RepackPolicy repack = RepackPolicy::Off) {
    LoadedEngine loaded;
    loaded.source = require(openGgufSource(path));
    loaded.engine = require(loadFragmentEngine(*loaded.source, {threads, repack}, {}));
    return loaded;
}

/// Exactly what libllama computes.
inline SessionOptions plainOptions(std::uint32_t context = 1024) {
    SessionOptions options;
    options.context_tokens = context;
    options.exact = ExactPolicy::Off;
    return options;
}

/// Tokens without meaning, but always the same.
inline std::vector<TokenId> somePrompt(std::size_t count, std::uint32_t vocabulary) {
    std::vector<TokenId> tokens;
    std::uint32_t state = 12345;
    while (tokens.size() < count) {
        state = state * 1664525u + 1013904223u;
        tokens.push_back(TokenId{static_cast<std::int32_t>((state >> 8) % vocabulary)});
    }
    return tokens;
}

/// Logits of the prompt's last row and of each of `decode` greedily chosen tokens, one behind the other.
inline std::vector<float> runGreedy(Session& session, std::span<const TokenId> prompt, int decode,
                                    std::vector<TokenId>* chosen = nullptr) {
    auto rows = require(session.evaluate(prompt, Wanted::Last, {}));
    auto all = rows.values;
    for (int i = 0; i < decode; ++i) {
        const TokenId token = greedy(rows.values);
        if (chosen) chosen->push_back(token);
        rows = require(session.evaluate(std::span(&token, 1), Wanted::Last, {}));
        all.insert(all.end(), rows.values.begin(), rows.values.end());
    }
    return all;
}

inline std::vector<float> runGreedy(LlamaReference& reference, std::span<const TokenId> prompt, int decode) {
    auto row = reference.evaluate(prompt, Wanted::Last);
    auto all = row;
    for (int i = 0; i < decode; ++i) {
        const TokenId token = greedy(row);
        row = reference.evaluate(std::span(&token, 1), Wanted::Last);
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

}  // namespace tessera::test
