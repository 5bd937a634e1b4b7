// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/network/model_link.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/percent.h"
#include "core/base/quote.h"
#include "core/base/utf8.h"
#include "core/loader/find_models.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace tessera {

namespace {

using Segments = std::vector<std::string>;

constexpr std::size_t kMaxFileNameBytes = 200;
constexpr std::string_view kHashMark = "sha256";
constexpr std::string_view kSetMark = "set";

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '<' || c == '>' || c == '"'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A link in its parts, by libcurl's parser: the one that will follow it.
class ParsedUrl {
public:
    static Result<ParsedUrl> parse(const std::string& text) {
        ParsedUrl url;
        const CURLUcode code = curl_url_set(url.m_handle.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
        if (code != CURLUE_OK) return fail(ErrorKind::InvalidArgument, format("{} is not a link: {}", inQuotes(text), curl_url_strerror(code)));
        return url;
    }

    std::string part(CURLUPart which, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_url_get(m_handle.get(), which, &text, flags) != CURLUE_OK) return {};
        const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
        return text;
    }
    void drop(CURLUPart which) { curl_url_set(m_handle.get(), which, nullptr, 0); }
    std::string text() const { return part(CURLUPART_URL); }

    /// "https://host:port"
    std::string origin() const {
        const std::string port = part(CURLUPART_PORT);
        return part(CURLUPART_SCHEME) + "://" + part(CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
    }
    /// Of the path, still percent-encoded, without empty ones.
    Segments segments() const {
        Segments result;
        const std::string path = part(CURLUPART_PATH);
        for (std::size_t begin = 0; begin < path.size();) {
            const std::size_t end = std::min(path.find('/', begin), path.size());
            if (end > begin) result.push_back(path.substr(begin, end - begin));
            begin = end + 1;
        }
        return result;
    }

private:
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> m_handle{curl_url(), &curl_url_cleanup};
};

std::string joined(const Segments& segments, std::size_t first) {
    std::string path;
    for (std::size_t i = first; i < segments.size(); ++i) path += "/" + segments[i];
    return path;
}

/// What the hosts that people copy links from call their pages. `segments` are those of the path.
struct HostRule {
    std::string_view host;
    std::optional<std::string> (*direct)(const ParsedUrl&, const Segments&);
};

/// github.com/owner/name/blob/branch/path shows a file, …/raw/… is it.
std::optional<std::string> githubDirect(const ParsedUrl& url, const Segments& segments) {
    if (segments.size() < 5 || segments[2] != "blob") return std::nullopt;
    return url.origin() + "/" + segments[0] + "/" + segments[1] + "/raw" + joined(segments, 3);
}

/// modelscope.cn/models/owner/name/file/view/branch/path shows a file, …/resolve/branch/path is it.
std::optional<std::string> modelscopeDirect(const ParsedUrl& url, const Segments& segments) {
    if (segments.size() < 7 || segments[0] != "models" || segments[3] != "file" || segments[4] != "view") return std::nullopt;
    return url.origin() + "/models/" + segments[1] + "/" + segments[2] + "/resolve" + joined(segments, 5);
}

constexpr std::array kHostRules{
    HostRule{"github.com", githubDirect},
    HostRule{"modelscope.cn", modelscopeDirect},
    HostRule{"www.modelscope.cn", modelscopeDirect},
};

bool isHubHost(const std::string& host, std::string_view hub) {
    if (host == "huggingface.co" || host == "www.huggingface.co" || host == "hf.co") return true;
    const std::string own(hub.substr(std::min(hub.find("://"), hub.size() - 3) + 3));
    return host == own.substr(0, own.find_first_of(":/"));
}

ModelLink hubPage(std::string_view hub, std::string owner, std::string name, std::string revision) {
    ModelLink link;
    link.kind = LinkKind::HubPage;
    if (const auto colon = name.find(':'); colon != std::string::npos) {
        link.wanted = name.substr(colon + 1);
        name.resize(colon);
    }
    link.repository = owner + "/" + name;
    link.revision = std::move(revision);
    link.url = format("{}/api/models/{}/tree/{}?recursive=true", hub, link.repository, link.revision);
    return link;
}

/// owner/name                     a repository
/// owner/name/tree/revision/…     the same
/// owner/name/blob/revision/path  the page of a file; resolve is the file itself
Result<ModelLink> hubLink(std::string_view hub, const Segments& segments) {
    const auto is = [&](std::size_t at, std::string_view word) { return segments.size() > at && segments[at] == word; };
    if (segments.size() >= 5 && (is(2, "blob") || is(2, "resolve") || is(2, "raw"))) {
        ModelLink link;
        link.url = format("{}/{}/{}/resolve{}", hub, segments[0], segments[1], joined(segments, 3));
        return link;
    }
    if (segments.size() == 2 || (segments.size() >= 4 && is(2, "tree"))) {
        return hubPage(hub, segments[0], segments[1], segments.size() >= 4 ? segments[3] : "main");
    }
    return fail(ErrorKind::InvalidArgument, format("{}{} is neither a model's page nor a file of one; open the page of the model and copy its link",
                                                   hub, joined(segments, 0)));
}

/// The hash that stands behind '#', after `name`.
Result<std::optional<Sha256Digest>> hashIn(const std::string& mark, std::string_view name) {
    if (!lower(mark).starts_with(name)) return std::nullopt;
    const std::string hex = mark.size() > name.size() ? mark.substr(name.size() + 1) : "";
    auto digest = digestFromHex(hex);
    if (!digest) return fail(ErrorKind::InvalidArgument, format("#{} is no SHA-256: 64 hex digits are expected", oneLine(mark, 100)));
    return std::optional(*digest);
}

/// People copy "hf.co/owner/name" as well as "hf://owner/name" and "localhost:8080/model.gguf".
std::string withScheme(std::string_view text) {
    constexpr std::string_view kHubScheme = "hf://";
    if (lower(text.substr(0, kHubScheme.size())) == kHubScheme) return "https://huggingface.co/" + std::string(text.substr(kHubScheme.size()));
    if (text.find("://") != std::string_view::npos) return std::string(text);
    const std::string host = lower(text.substr(0, text.find_first_of(":/")));
    const bool here = host == "localhost" || host.starts_with("127.");
    return (here ? "http://" : "https://") + std::string(text);
}

Result<ParsedUrl> parseHttpUrl(std::string_view text) {
    if (text.empty()) return fail(ErrorKind::InvalidArgument, "there is no link");
    if (text.size() > limits::kMaxLinkBytes) return fail(ErrorKind::InvalidArgument, format("the link has {} characters, more than the {} that are read", text.size(), limits::kMaxLinkBytes));
    TESSERA_TRY(ParsedUrl url, ParsedUrl::parse(withScheme(text)));
    const std::string scheme = url.part(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") {
        return fail(ErrorKind::InvalidArgument, format("{}: links of the kind \"{}:\" are not followed, only http and https", oneLine(text, 120), oneLine(scheme, 20)));
    }
    if (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty()) {
        return fail(ErrorKind::InvalidArgument, "the link has a user name or password in it; it would stand in files and logs, so it is not followed");
    }
    return url;
}

bool endsWith(const std::string& name, std::string_view ending) { return lower(name).ends_with(ending); }

void nameFile(ModelLink& link, const Segments& segments) {
    std::string name = segments.empty() ? std::string() : percentDecoded(segments.back()).value_or(segments.back());
    if (endsWith(name, ".json")) {
        link.kind = LinkKind::Manifest;
        return;
    }
    name = safeFileName(name);
    if (name.empty()) name = "model";
    link.file_name = endsWith(name, ".gguf") ? name : name + ".gguf";
}

bool isReservedOnWindows(const std::string& name) {
    const std::string stem = lower(name.substr(0, name.find('.')));
    if (stem == "con" || stem == "prn" || stem == "aux" || stem == "nul") return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && std::isdigit(static_cast<unsigned char>(stem[3]));
}

}  // namespace

std::string safeFileName(std::string_view name) {
    if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::string safe;
    for (const char c : toValidUtf8(name)) {
        const bool forbidden = static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::string_view("<>:\"|?*").find(c) != std::string_view::npos;
        safe += forbidden ? '_' : c;
    }
    safe.resize(validUtf8Prefix(std::string_view(safe).substr(0, kMaxFileNameBytes)));
    safe.erase(0, safe.find_first_not_of(". "));
    safe.erase(safe.find_last_not_of(". ") + 1);
    return isReservedOnWindows(safe) ? "_" + safe : safe;
}

std::string percentEncoded(std::string_view name) {
    std::string encoded;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || std::string_view("-._~").find(c) != std::string_view::npos) encoded += c;
        else encoded += format("%{:02X}", byte);
    }
    return encoded;
}

std::string linkBeside(std::string_view url, std::string_view relative) {
    url = url.substr(0, url.find_first_of("?#"));
    return std::string(url.substr(0, url.find_last_of('/') + 1)) + std::string(relative);
}

bool looksLikeLink(std::string_view text) {
    const std::string plain = lower(trimmed(text));
    if (plain.find("://") != std::string::npos) return !plain.starts_with("file:");
    return plain.starts_with("hf.co/") || plain.starts_with("huggingface.co/") || plain.starts_with("www.");
}

Result<ModelLink> parseModelLink(std::string_view text, std::string_view hub) {
    TESSERA_TRY(ParsedUrl url, parseHttpUrl(trimmed(text)));
    TESSERA_TRY(const auto sha256, hashIn(url.part(CURLUPART_FRAGMENT), kHashMark));
    TESSERA_TRY(const auto set_id, hashIn(url.part(CURLUPART_FRAGMENT), kSetMark));
    url.drop(CURLUPART_FRAGMENT);
    const std::string host = lower(url.part(CURLUPART_HOST));
    Segments segments = url.segments();
    ModelLink link;
    link.url = url.text();
    if (isHubHost(host, hub)) {
        TESSERA_TRY(link, hubLink(hub, segments));
    }
    if (segments.empty() && link.kind == LinkKind::Gguf) {  // a server of ours
        link.url = url.origin() + "/manifest.json";
        segments = {"manifest.json"};
    }
    for (const HostRule& rule : kHostRules) {
        if (host != rule.host) continue;
        if (auto direct = rule.direct(url, segments)) link.url = std::move(*direct);
    }
    link.sha256 = sha256;
    link.set_id = set_id;
    if (link.kind != LinkKind::HubPage) nameFile(link, segments);
    return link;
}

std::vector<ModelLink> partsOf(const ModelLink& link) {
    constexpr std::size_t kTail = std::string_view("00001-of-00003.gguf").size();
    const int count = link.file_name.size() > kTail && splitPartNumber(link.file_name) > 0 ? std::stoi(link.file_name.substr(link.file_name.size() - 10, 5)) : 0;
    const std::string number = count > 0 ? link.file_name.substr(link.file_name.size() - kTail, 5) : "";
    const std::size_t in_url = count > 0 ? link.url.rfind("-" + number + "-of-") : std::string::npos;
    if (count < 2 || count > static_cast<int>(limits::kMaxSplitFiles) || in_url == std::string::npos) return {link};
    std::vector<ModelLink> parts;
    for (int i = 1; i <= count; ++i) {
        ModelLink part = link;
        const std::string digits = format("{:05}", i);
        part.url.replace(in_url + 1, 5, digits);
        part.file_name.replace(part.file_name.size() - kTail, 5, digits);
        if (digits != number) part.sha256.reset();  // it was of the part that was named
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace tessera
