// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/serve_target.h"

#include "core/api/completion_request.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/base/percent.h"
#include "core/serve/http_range.h"

#include <cmath>
#include <cstdlib>

namespace tessera::fuzz {

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void selection(std::string_view text) {
    for (const char* field : {"range", "if-none-match", "if-range"}) {
        for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, limits::kMaxFileBytes}) {
            const ServerRequest request{"GET", "/x", {{field, std::string(text)}, {"range", "bytes=0-3"}}, {}};
            const Selection part = selectBytes(request, "\"etag\"", size);
            require(part.begin <= part.end && part.end <= size);
            require(part.status == 200 || part.status == 304 || part.status == 416 || (part.status == 206 && part.begin < part.end));
        }
    }
}

void completion(std::string_view text) {
    for (const CompletionKind kind : {CompletionKind::Chat, CompletionKind::Text}) {
        const auto request = parseCompletionRequest(kind, text, {});
        if (!request) {
            require(!request.error().message.empty() && request.error().status == 400);
            continue;
        }
        const SamplerOptions& sampler = request->options.sampler;
        require(sampler.temperature >= 0 && sampler.temperature <= 2 && sampler.top_p >= 0 && sampler.top_p <= 1);
        require(request->options.alternatives >= 0 && request->options.alternatives <= 20 && request->top_logprobs <= 20);
        for (const auto& [token, bias] : sampler.logit_bias) require(!std::isnan(bias) && bias <= 100);
        require(kind == CompletionKind::Text || !request->messages.empty());
    }
}

}  // namespace

void serve(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (const auto path = percentDecoded(text)) require(validUtf8Prefix(*path) == path->size() && path->find('\0') == std::string::npos);
    acceptsGzip(text);
    selection(text);
    completion(text);
}

}  // namespace tessera::fuzz
