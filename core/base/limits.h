// SPDX-License-Identifier: GPL-3.0-or-later
// Named limits on everything a stranger can send. A number that comes from a file or a peer is compared with one of
// these before it sizes, counts or addresses anything. Raise them here, nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tessera::limits {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;

// GGUF
inline constexpr std::uint64_t kMaxMetadataEntries = 65536;
inline constexpr std::uint64_t kMaxTensors = 1u << 20;
inline constexpr std::uint64_t kMaxKeyBytes = 65535;          // the format's own limit
inline constexpr std::uint64_t kMaxStringBytes = 64 * MiB;    // one metadata string (chat templates are some KiB)
inline constexpr std::uint64_t kMaxArrayElements = 1u << 26;  // vocabularies have up to about 10^6
inline constexpr std::uint32_t kMaxArrayDepth = 4;
inline constexpr std::uint64_t kMaxTensorNameBytes = 63;      // GGML_MAX_NAME − 1
inline constexpr std::uint64_t kMaxHeaderBytes = 1 * GiB;
inline constexpr std::uint64_t kMaxAlignment = 1 * MiB;
inline constexpr std::uint64_t kMaxFileBytes = 1ull << 50;
inline constexpr std::uint32_t kMaxSplitFiles = 4096;

// Fragments and manifests
inline constexpr std::uint64_t kDefaultFragmentBytes = 10 * MiB;
inline constexpr std::uint64_t kMinFragmentBytes = 64 * KiB;
inline constexpr std::uint64_t kMaxFragmentBytes = 100 * MiB;
inline constexpr std::uint64_t kMaxRowBytes = 1 * GiB;        // a single row larger than a fragment is one fragment
inline constexpr std::uint64_t kMaxFragments = 4u << 20;
inline constexpr std::uint64_t kMaxManifestBytes = 2 * GiB;
inline constexpr int kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxFragmentIdBytes = 200;       // fits a file name with ".dat" on every file system

// Engine
inline constexpr std::uint32_t kMaxContextTokens = 16u << 20;
inline constexpr std::uint32_t kMaxLayers = 4096;
inline constexpr std::uint32_t kMaxExperts = 65536;            // of one layer
inline constexpr int kMaxThreads = 512;
inline constexpr int kMaxBenchSessions = 256;

// Servers that models are fetched from
inline constexpr std::size_t kMaxLinkBytes = 8192;
inline constexpr std::uint64_t kMaxResponseHeaderBytes = 64 * KiB;
inline constexpr long kMaxRedirects = 5;
inline constexpr double kMaxSlowdown = 4;                     // of one mirror against another, for one fragment
inline constexpr std::uint64_t kMaxListingBytes = 32 * MiB;   // a hub's list of a model's files
inline constexpr std::uint64_t kMaxDownloadStateBytes = 16 * MiB;

// Clients of our own server
inline constexpr std::size_t kMaxServerConnections = 4096;
inline constexpr std::uint32_t kMaxRequestHeaderBytes = 16 * KiB;
inline constexpr std::uint64_t kMaxRequestBodyBytes = 16 * MiB;
inline constexpr std::uint64_t kMaxRequestBodiesBytes = 128 * MiB;    // of all connections together
inline constexpr std::size_t kMaxUnsentStreamBytes = 1 * MiB;         // of a stream whose client does not read
inline constexpr std::size_t kMinTokenBytes = 16;                     // of the secret that a server asks for

inline constexpr std::size_t kMaxTools = 128;                         // in one request; OpenAI's own limit
inline constexpr std::size_t kMaxToolBytes = 1 * MiB;                 // of all their descriptions and schemas
inline constexpr std::size_t kMaxToolCalls = 256;                     // in one message
inline constexpr std::size_t kMaxSchemaProperties = 256;              // of one object in a JSON schema
inline constexpr std::size_t kMaxGrammarRules = 4096;

// Computing for others
inline constexpr std::size_t kMaxWireChunkBytes = 1 * MiB;     // of rows in one message
inline constexpr std::uint32_t kMaxStepRows = 2048;            // of one step that is sent
inline constexpr std::uint32_t kMaxLookRows = 64;               // of one step whose intermediates are sent, too
inline constexpr std::size_t kMaxStepsUnderWay = 16;           // of one session on a node, the rest waits unread
inline constexpr int kMaxRowRanges = 32768;                    // of matrices, that one caller has multiplied
inline constexpr std::uint64_t kMaxPeerListBytes = 16 * MiB;
inline constexpr std::size_t kMaxNodeConnectionBytes = 256 * MiB;  // of all connections of a node, beyond the KV cache

// Text
inline constexpr std::uint64_t kMaxPromptBytes = 256 * MiB;
inline constexpr std::uint64_t kMaxTokenizerModelBytes = 256 * MiB;
inline constexpr std::uint64_t kMaxTemplateBytes = 1 * MiB;   // a chat template's source; the longest known have 20 KiB

// Prompts kept on the disk
inline constexpr std::size_t kMaxPromptCacheKeyBytes = 16 * KiB;
inline constexpr std::size_t kMaxPromptCacheFiles = 4096;      // of one model that are looked at

// Conversations, from our own database and from other programs' exports
inline constexpr std::uint64_t kMaxConversationFileBytes = 256 * MiB;
inline constexpr std::size_t kMaxImportedConversations = 65536;
inline constexpr std::size_t kMaxConversationMessages = 100000;
inline constexpr std::uint64_t kMaxMessageBytes = 16 * MiB;
inline constexpr std::uint64_t kMaxAttachmentBytes = 8 * MiB;
inline constexpr std::size_t kMaxAttachments = 64;
inline constexpr std::size_t kMaxTitleBytes = 400;
inline constexpr int kMaxConversationJsonDepth = 64;           // others' exports carry deep metadata

}  // namespace tessera::limits
