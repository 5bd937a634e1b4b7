// SPDX-License-Identifier: GPL-3.0-or-later
// make_model --shape 1.1b --type q4_k_m OUT.gguf: a generated model for benchmarks.
#include "core/generate/generated_moe_model.h"
#include "tests/support/generated_model.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace {

constexpr const char* kUsage =
    "make_model [--shape tiny|1.1b|moe] [--type TYPE] [--seed N] [--biases] [--tied] [--layers N] [--vocabulary GGUF] [--looping] OUT.gguf\n"
    "  TYPE: a tensor type (f32, f16, bf16, q8_0, q4_0, iq4_nl…) or a mixture of llama.cpp (q4_k_m, q2_k…); default q8_0\n"
    "  looping: the next token follows from the last one, nearly, so that greedy text repeats itself before long\n"
    "  moe: of 64 experts 4 are used; the vocabulary is another GGUF's\n";

int usage(const std::string& problem) {
    std::fprintf(stderr, "make_model: %s\n%s", problem.c_str(), kUsage);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    tessera::test::GeneratedModelOptions options;
    std::string type = "q8_0";
    std::string out;
    std::uint32_t layers = 0;
    bool moe = false;
    bool looping = false;
    tessera::MoeModelOptions experts = tessera::largeMoeShape();
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const bool more = i + 1 < argc;
        if (argument == "--help") return std::fputs(kUsage, stdout), 0;
        if (argument == "--biases") {
            options.biases = true;
        } else if (argument == "--looping") {
            looping = true;
        } else if (argument == "--tied") {
            options.tied = true;
        } else if (argument == "--type" && more) {
            type = argv[++i];
        } else if (argument == "--seed" && more) {
            options.seed = std::stoull(argv[++i]);
        } else if (argument == "--layers" && more) {
            layers = static_cast<std::uint32_t>(std::stoul(argv[++i]));
        } else if (argument == "--vocabulary" && more) {
            experts.vocabulary_of = argv[++i];
        } else if (argument == "--shape" && more) {
            const std::string_view shape = argv[++i];
            moe = shape == "moe";
            if (shape != "tiny" && shape != "1.1b" && !moe) return usage("unknown shape '" + std::string(shape) + "'");
            if (shape == "1.1b") options = tessera::test::tinyLlamaShape();
        } else if (argument.starts_with("-") || !out.empty()) {
            return usage("unexpected '" + std::string(argument) + "'");
        } else {
            out = argument;
        }
    }
    if (out.empty()) return usage("no output file");
    if (looping) options.embedding_spread = 1000.0f;  // beside which the layers add nothing
    if (layers) options.layers = experts.layers = layers;
    experts.type = experts.expert_type = type;
    const auto written = moe ? tessera::writeMoeModel(out, experts) : tessera::test::writeGeneratedModel(out, options, type);
    if (!written) return std::fprintf(stderr, "make_model: %s\n", written.error().message.c_str()), 1;
    return 0;
}
