// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids of many texts, for scripts/check-vocabularies: reads a JSON array of strings, prints one array of ids a text.
// A text that the vocabulary cannot write gives null.
//
//   tokenize_texts MODEL.gguf [--tokenizer tokenizer.model] [--parse-special] < texts.json
#include "core/gguf/gguf_file_source.h"
#include "core/tokenizer/load_tokenizer.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace tessera;

namespace {

template <class T>
T need(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

void tokenize(int argc, char** argv) {
    std::filesystem::path model, tokenizer_model;
    EncodeOptions options{false, false};
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--parse-special") options.parse_special = true;
        else if (argument == "--tokenizer" && i + 1 < argc) tokenizer_model = argv[++i];
        else model = argument;
    }
    const auto source = need(openGgufSource(model));
    const auto tokenizer = need(loadTokenizer(*source, tokenizer_model));
    for (const auto& text : nlohmann::json::parse(std::cin)) {
        nlohmann::json ids;
        if (const auto tokens = tokenizer->encode(text.get<std::string>(), options)) {
            ids = nlohmann::json::array();
            for (const TokenId id : *tokens) ids.push_back(toInt(id));
        }
        std::puts(ids.dump().c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        tokenize(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
