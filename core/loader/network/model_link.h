// SPDX-License-Identifier: GPL-3.0-or-later
// What people paste as "the link of a model": a GGUF, a manifest, a page of a model hub. Pure text work, by rules.
#pragma once

#include "core/base/hash.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

enum class LinkKind {
    Gguf,      // a file, which its first bytes have to prove
    Manifest,  // "….json": of a fragment folder, or of a GGUF beside it
    HubPage,   // a repository of a model hub: its files have to be listed first
};

struct ModelLink {
    LinkKind kind = LinkKind::Gguf;
    std::string url;                     // direct, http or https; of a HubPage the link that lists its files as JSON
    std::string file_name;               // what a Gguf is called here: safe on every file system, ends in ".gguf"
    std::optional<Sha256Digest> sha256;  // from "#sha256=…"
    std::optional<Sha256Digest> set_id;  // from "#set=…"
    std::string repository, revision;    // of a HubPage: "owner/name", "main"
    std::string wanted;                  // of a HubPage: "Q4_K_M" from "owner/name:Q4_K_M"
};

/// The hub whose pages are understood; HF_ENDPOINT names mirrors of it.
inline constexpr std::string_view kDefaultHub = "https://huggingface.co";

/// InvalidArgument: no link, not http(s), with a name and password in it, or a broken "#sha256=". `hub` is the origin
/// that hub pages are read from.
Result<ModelLink> parseModelLink(std::string_view text, std::string_view hub = kDefaultHub);

/// Whether the text is meant to be a link rather than a path: "https://…", "hf.co/…", "hf://…".
bool looksLikeLink(std::string_view text);

/// The links of all parts when `link` is one of a split model ("…-00001-of-00003.gguf"), else the link alone.
std::vector<ModelLink> partsOf(const ModelLink& link);

/// A name from a stranger, made one that can stand in a folder: no folder part, no control or reserved characters, no
/// leading dot, valid UTF-8, at most 200 bytes. Empty when nothing is left.
std::string safeFileName(std::string_view name);

/// `name` as one segment of a link's path.
std::string percentEncoded(std::string_view name);

/// The link of something beside `url`: its last segment, query and fragment replaced by `relative`.
std::string linkBeside(std::string_view url, std::string_view relative);

}  // namespace tessera
