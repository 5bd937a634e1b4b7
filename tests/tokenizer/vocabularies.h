// SPDX-License-Identifier: GPL-3.0-or-later
// llama.cpp's vocabulary files and vectors, and other inputs that the tests of this folder share.
#pragma once

#include "core/gguf/gguf_file_source.h"
#include "core/gguf/writer.h"
#include "core/tokenizer/load_tokenizer.h"
#include "tests/support/paths.h"

#include <QTemporaryDir>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tessera::test {

inline std::filesystem::path vocabularyPath(const std::string& name) {
    return std::filesystem::path(depsPrefix()) / "share/models" / ("ggml-vocab-" + name + ".gguf");
}

/// "llama-spm", "gpt-2", …: every vocabulary that llama.cpp ships.
inline std::vector<std::string> vocabularyNames() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(depsPrefix()) / "share/models"))
        if (entry.path().extension() == ".gguf")
            names.push_back(entry.path().stem().string().substr(std::string("ggml-vocab-").size()));
    std::sort(names.begin(), names.end());
    return names;
}

struct Vocabulary {
    std::unique_ptr<TensorSource> source;
    std::unique_ptr<Tokenizer> tokenizer;
};

/// Throws with the error's message: a test that cannot load its input fails there.
inline Vocabulary openModel(const std::filesystem::path& path) {
    auto source = openGgufSource(path);
    if (!source) throw std::runtime_error(source.error().message);
    auto tokenizer = loadGgufTokenizer(**source);
    if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
    return {*std::move(source), *std::move(tokenizer)};
}
inline Vocabulary openVocabulary(const std::string& name) { return openModel(vocabularyPath(name)); }

/// A vocabulary made in code, of the kind `model` ("llama", "gpt2", …).
struct WrittenVocabulary {
    Metadata metadata;

    WrittenVocabulary(std::string model, std::vector<std::string> tokens) {
        metadata.set("general.architecture", metadataString("llama"));
        metadata.set("tokenizer.ggml.model", metadataString(std::move(model)));
        metadata.set("tokenizer.ggml.tokens", metadataStrings(std::move(tokens)));
    }

    Result<Vocabulary> open() const {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "vocabulary.gguf";
        if (auto written = writeGguf(path, metadata, {}); !written) return tl::unexpected(written.error());
        auto source = openGgufSource(path);
        if (!source) return tl::unexpected(source.error());
        auto tokenizer = loadGgufTokenizer(**source);
        if (!tokenizer) return tl::unexpected(tokenizer.error());
        return Vocabulary{*std::move(source), *std::move(tokenizer)};
    }
};

/// An SPM vocabulary with BOS 1, EOS 2, all bytes, the printable ASCII characters, and `more` (text, type, score).
struct SmallSpm {
    struct Token {
        std::string text;
        std::int32_t type;
        float score;
    };
    static WrittenVocabulary make(const std::vector<Token>& more) {
        std::vector<Token> tokens{{"<unk>", 2, 0}, {"<s>", 3, 0}, {"</s>", 3, 0}};
        for (int byte = 0; byte < 256; ++byte) {
            const char* digits = "0123456789ABCDEF";
            tokens.push_back({std::string("<0x") + digits[byte >> 4] + digits[byte & 15] + ">", 6, 0});
        }
        for (char c = '!'; c <= '~'; ++c) tokens.push_back({std::string(1, c), 1, -100});
        tokens.push_back({"\xE2\x96\x81", 1, -100});
        tokens.insert(tokens.end(), more.begin(), more.end());
        std::vector<std::string> texts;
        std::vector<std::int32_t> types;
        std::vector<float> scores;
        for (const Token& token : tokens) {
            texts.push_back(token.text);
            types.push_back(token.type);
            scores.push_back(token.score);
        }
        WrittenVocabulary vocabulary("llama", texts);
        vocabulary.metadata.set("tokenizer.ggml.token_type", metadataInts(types));
        vocabulary.metadata.set("tokenizer.ggml.scores", metadataFloats(scores));
        return vocabulary;
    }
};

struct Vector {
    std::string text;
    std::vector<TokenId> tokens;
};

inline std::string readText(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The texts of NAME.gguf.inp with the ids of NAME.gguf.out (encoded without special tokens); empty when there are none.
inline std::vector<Vector> vectorsOf(const std::string& name) {
    const std::string path = vocabularyPath(name).string();
    const std::string separator = "\n__ggml_vocab_test__\n";
    const std::string input = readText(path + ".inp");
    std::istringstream output(readText(path + ".out"));
    std::vector<Vector> vectors;
    for (std::size_t begin = 0; begin < input.size();) {
        const std::size_t end = std::min(input.find(separator, begin), input.size());
        std::string line;
        std::getline(output, line);
        std::istringstream ids(line);
        Vector vector{input.substr(begin, end - begin), {}};
        for (std::int32_t id = 0; ids >> id;) vector.tokens.push_back(TokenId{id});
        vectors.push_back(std::move(vector));
        begin = end + separator.size();
    }
    return vectors;
}

inline void appendUtf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

/// A number below `bound`; the same on every standard library, unlike uniform_int_distribution.
inline std::uint32_t below(std::mt19937& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

/// Up to `most` characters: letters and spaces mostly, with digits, control characters, accents, CJK and emoji.
inline std::string randomText(std::mt19937& random, std::uint32_t most) {
    std::string text;
    for (std::uint32_t n = below(random, most + 1); n > 0; --n) {
        switch (below(random, 12)) {
            case 0: case 1: case 2: case 3: appendUtf8(text, 'a' + below(random, 26)); break;
            case 4: appendUtf8(text, 'A' + below(random, 26)); break;
            case 5: case 6: text += ' '; break;
            case 7: appendUtf8(text, below(random, 0x80)); break;
            case 8: appendUtf8(text, 0x80 + below(random, 0x800 - 0x80)); break;
            case 9: appendUtf8(text, 0x3040 + below(random, 0x9FFF - 0x3040)); break;
            case 10: appendUtf8(text, 0x1F300 + below(random, 0x400)); break;
            default: {
                std::uint32_t c = 0x800 + below(random, 0x110000 - 0x800);
                if (c >= 0xD800 && c < 0xE000) c = 0x2581;  // no surrogates; the sign that SPM writes for a space instead
                appendUtf8(text, c);
            }
        }
    }
    return text;
}

inline std::string idsToString(std::span<const TokenId> tokens) {
    std::string line;
    for (const TokenId id : tokens) line += std::to_string(toInt(id)) + ' ';
    return line;
}

}  // namespace tessera::test
