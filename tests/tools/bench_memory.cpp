// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine reads the bytes of a model that one token needs, doing nothing with them: what memory allows decoding
// at most. Prints one JSON object.
//
//   bench_memory MODEL.gguf [THREADS]
#include "core/gguf/gguf_file_source.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

using Bytes = std::span<const std::byte>;

template <class T>
T need(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

/// All weights but the embedding, of which a token takes one row; where it is the output matrix as well, all of it.
std::vector<Bytes> readByAToken(const TensorSource& source) {
    const auto& tensors = source.model().tensors;
    const bool has_output = std::ranges::any_of(tensors, [](const TensorInfo& tensor) { return tensor.name == "output.weight"; });
    std::vector<Bytes> found;
    for (const TensorInfo& tensor : tensors) {
        if (tensor.name == "token_embd.weight" && has_output) continue;
        const auto bytes = need(source.map(tensor, {}));
        if (!bytes) throw std::runtime_error("this model cannot be mapped");
        found.push_back(*bytes);
    }
    return found;
}

/// Eight sums side by side, or they would wait for each other instead of memory.
std::uint64_t sumOf(Bytes bytes) {
    constexpr std::size_t kSums = 8;
    using Words [[gnu::vector_size(64)]] = std::uint64_t;
    Words sums[kSums] = {};
    const std::byte* at = bytes.data();
    for (std::size_t left = bytes.size(); left >= sizeof sums; left -= sizeof sums, at += sizeof sums) {
        Words words[kSums];
        std::memcpy(words, at, sizeof words);
        for (std::size_t i = 0; i < kSums; ++i) sums[i] += words[i];
    }
    std::uint64_t sum = 0;
    for (const Words& each : sums) sum += each[0];
    return sum;
}

double secondsToRead(const std::vector<Bytes>& all, std::size_t threads) {
    static std::vector<std::uint64_t> kept(64);
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> readers;
        for (std::size_t number = 0; number < threads; ++number) {
            readers.emplace_back([&all, threads, number] {
                for (const Bytes bytes : all) {
                    const std::size_t share = bytes.size() / threads;
                    kept[number] += sumOf(bytes.subspan(number * share, share));
                }
            });
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int run(int argc, char** argv) {
    if (argc < 2 || argc > 3) throw std::runtime_error("bench_memory MODEL.gguf [THREADS]");
    const auto threads = argc == 3 ? std::stoul(argv[2]) : 1ul;
    if (threads < 1 || threads > 64) throw std::runtime_error("between 1 and 64 threads");
    const auto source = need(openGgufSource(argv[1]));
    const auto all = readByAToken(*source);
    double size = 0;
    for (const Bytes bytes : all) size += static_cast<double>(bytes.size());
    std::vector<double> seconds;
    for (int round = 0; round < 10; ++round) seconds.push_back(secondsToRead(all, threads));
    std::ranges::sort(seconds);
    const double median = seconds[seconds.size() / 2];
    std::printf("%s\n", nlohmann::json{{"bytes_a_token", size}, {"gb_per_second", size / median / 1e9}, {"tokens_per_second", 1 / median}}.dump().c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_memory: %s\n", error.what());
        return 1;
    }
}
