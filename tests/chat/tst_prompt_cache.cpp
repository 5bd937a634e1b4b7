// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/prompt_cache.h"

#include "core/base/platform/file.h"
#include "core/chat/generator.h"
#include "core/engine/bridge/llama_engine.h"
#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace tessera;
using namespace tessera::test;
namespace fs = std::filesystem;

namespace {

std::vector<TokenId> tokensFrom(int first, int count) {
    std::vector<TokenId> tokens;
    for (int i = 0; i < count; ++i) tokens.push_back(TokenId{first + i});
    return tokens;
}

StoredPrompt somePrompt(int first, int count, std::size_t state_bytes = 1000) {
    return {tokensFrom(first, count), {1.0f, 2.0f, 3.0f}, std::vector<std::byte>(state_bytes, static_cast<std::byte>(first))};
}

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    return files;
}

}  // namespace

class PromptCacheTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path fresh() const {
        static int number = 0;
        return fs::path(m_folder.path().toStdString()) / std::to_string(number++);
    }

private slots:
    void givesBackWhatItKept() {
        const auto folder = fresh();
        const auto cache = PromptCache::open(folder, 1'000'000, "model a").value();
        const StoredPrompt prompt = somePrompt(10, 100);
        QVERIFY(cache->store(prompt).has_value());
        const auto again = PromptCache::open(folder, 1'000'000, "model a").value();
        const auto found = again->find(prompt.tokens, 64);
        QVERIFY(found.has_value());
        QCOMPARE(found->tokens, prompt.tokens);
        QCOMPARE(found->logits, prompt.logits);
        QVERIFY(found->state == prompt.state);
        QVERIFY(!again->find(tokensFrom(11, 100), 1));       // another beginning
        QVERIFY(!again->find(tokensFrom(10, 50), 64));       // too little in common
        QCOMPARE(again->find(tokensFrom(10, 50), 50)->tokens.size(), std::size_t{100});
        QVERIFY(!PromptCache::open(folder, 1'000'000, "model b").value()->find(prompt.tokens, 1));
    }

    void choosesTheLongestBeginning() {
        const auto cache = PromptCache::open(fresh(), 1'000'000, "m").value();
        auto other = somePrompt(0, 80);
        other.tokens.back() = TokenId{500};
        for (const StoredPrompt& prompt : {other, somePrompt(0, 60)}) QVERIFY(cache->store(prompt).has_value());
        QCOMPARE(cache->find(tokensFrom(0, 200), 10)->tokens, other.tokens);  // 79 in common beat 60
        QCOMPARE(cache->find(tokensFrom(0, 60), 10)->tokens, tokensFrom(0, 60));  // the whole prompt, with its logits
        QVERIFY(cache->store(somePrompt(0, 150)).has_value());
        QCOMPARE(cache->find(tokensFrom(0, 200), 10)->tokens.size(), std::size_t{150});
    }

    void longerPromptsTakeThePlaceOfTheirBeginnings() {
        const auto folder = fresh();
        const auto cache = PromptCache::open(folder, 1'000'000, "m").value();
        for (const int count : {60, 90, 120}) QVERIFY(cache->store(somePrompt(0, count)).has_value());
        QCOMPARE(filesIn(folder).size(), std::size_t{1});
        QVERIFY(PromptCache::open(folder, 1'000'000, "n").value()->store(somePrompt(0, 200)).has_value());
        QCOMPARE(filesIn(folder).size(), std::size_t{2});  // another model's
    }

    void theLeastRecentlyUsedLeave() {
        const auto folder = fresh();
        const auto cache = PromptCache::open(folder, 35'000, "m").value();
        const auto age = [&](int hours) {  // of the file that was written last
            for (const auto& path : filesIn(folder))
                if (fs::file_time_type::clock::now() - fs::last_write_time(path) < std::chrono::minutes(30))
                    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
        };
        for (const int first : {100, 200, 300}) {
            QVERIFY(cache->store(somePrompt(first, 70, 10'000)).has_value());
            age(10 - first / 100);
        }
        QVERIFY(cache->find(tokensFrom(100, 70), 1));  // used now
        QVERIFY(cache->store(somePrompt(400, 70, 10'000)).has_value());
        QCOMPARE(filesIn(folder).size(), std::size_t{3});
        QVERIFY(!cache->find(tokensFrom(200, 70), 1));
        for (const int first : {100, 300, 400}) QVERIFY(cache->find(tokensFrom(first, 70), 1));
        QVERIFY(cache->store(somePrompt(500, 70, 100'000)).has_value());  // more than everything: not kept, nothing leaves
        QCOMPARE(filesIn(folder).size(), std::size_t{3});
    }

    void damageIsFound_data() {
        QTest::addColumn<int>("at");  // from the end when negative
        QTest::addColumn<bool>("cut");
        QTest::newRow("hash") << 10 << false;
        QTest::newRow("logits") << 40 + 4 + 1 + 4 + 400 + 6 << false;
        QTest::newRow("state") << -1 << false;
        QTest::newRow("cut short") << -1 << true;
        QTest::newRow("cut within the tokens") << 100 << true;
        QTest::newRow("a token") << 40 + 4 + 1 + 4 + 399 << false;
    }
    void damageIsFound() {
        QFETCH(int, at);
        QFETCH(bool, cut);
        const auto folder = fresh();
        const auto cache = PromptCache::open(folder, 1'000'000, "m").value();
        QVERIFY(cache->store(somePrompt(0, 100)).has_value());
        const auto path = filesIn(folder).front();
        auto bytes = readFile(path, 1'000'000).value();
        const std::size_t place = at < 0 ? bytes.size() - static_cast<std::size_t>(-at) : static_cast<std::size_t>(at);
        if (cut) bytes.resize(place);
        else bytes[place] ^= std::byte{1};
        std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        QVERIFY(!cache->find(tokensFrom(0, 100), 50));
        QVERIFY(cache->store(somePrompt(0, 100)).has_value());
        QVERIFY(cache->find(tokensFrom(0, 100), 100));
    }

    /// Counts that claim more than there is reach no memory.
    void hostileCounts() {
        const auto folder = fresh();
        const auto cache = PromptCache::open(folder, 1'000'000, "m").value();
        QVERIFY(cache->store(somePrompt(0, 100)).has_value());
        const auto path = filesIn(folder).front();
        const auto good = readFile(path, 1'000'000).value();
        for (std::size_t at = 40; at < good.size() && at < 60; ++at) {
            auto bytes = good;
            bytes[at] = std::byte{0xff};
            std::ofstream(path, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
            QVERIFY(!cache->find(tokensFrom(0, 100), 90));
        }
    }

    void whatAKilledRunLeftIsNotAPrompt() {
        const auto folder = fresh();
        {
            const auto cache = PromptCache::open(folder, 1'000'000, "m").value();
            QVERIFY(cache->store(somePrompt(0, 100)).has_value());
        }
        const auto whole = filesIn(folder).front();
        const auto bytes = readFile(whole, 1'000'000).value();
        fs::remove(whole);
        // The bytes under any other name, and half of them under the right one.
        std::ofstream(whole.string() + ".tmp", std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        QVERIFY(!PromptCache::open(folder, 1'000'000, "m").value()->find(tokensFrom(0, 100), 1));
    }

    /// A real model on both engines: the second run reads nothing, and says the same.
    void theSecondRunReadsNothing_data() {
        QTest::addColumn<bool>("ours");
        QTest::addColumn<bool>("flash");
        QTest::addColumn<int>("kv");
        QTest::newRow("fragments") << true << true << static_cast<int>(KvType::F16);
        QTest::newRow("fragments, values transposed") << true << false << static_cast<int>(KvType::F16);
        QTest::newRow("fragments, f32") << true << true << static_cast<int>(KvType::F32);
        QTest::newRow("llama.cpp") << false << true << static_cast<int>(KvType::F16);
    }
    void theSecondRunReadsNothing() {
        QFETCH(bool, ours);
        QFETCH(bool, flash);
        QFETCH(int, kv);
        const auto folder = fresh();
        fs::create_directories(folder);
        const auto path = writeLlama(folder / "model.gguf", {});
        const auto source = openGgufSource(path).value();
        std::unique_ptr<Engine> engine;
        if (ours) engine = loadFragmentEngine(*source, {.threads = 1}, {}).value();
        else engine = loadLlamaEngine(*source, {path}, {.threads = 1}, {}).value();
        SessionOptions session_options{.context_tokens = 512, .kv_type = static_cast<KvType>(kv)};
        session_options.flash_attention = flash;
        const auto cache = PromptCache::open(folder / "prompts", 100'000'000, "m").value();
        GenerateOptions options;
        options.max_tokens = 24;
        options.sampler.temperature = 0.7f;
        options.sampler.seed = 5;
        options.ignore_end = true;
        options.alternatives = 2;
        options.prompt_cache = cache.get();
        const std::string text = "A question that is long enough to be kept: what follows from what was said before, and why is it so? ";
        const ByteTokenizer tokenizer;
        std::vector<GenerateResult> results;
        for (int round = 0; round < 3; ++round) {
            const auto prompt = tokenizer.encode(round < 2 ? text : text + "Another end.", {}).value();
            const auto session = engine->createSession(session_options).value();
            std::vector<TokenId> cached;
            results.push_back(generate(*session, tokenizer, cached, prompt, options, {}, {}).value());
        }
        QVERIFY(!results[0].from_disk);
        QCOMPARE(results[0].reused_tokens, std::size_t{0});
        QVERIFY(results[1].from_disk);
        QCOMPARE(results[1].reused_tokens, results[1].prompt_tokens);
        QCOMPARE(results[1].tokens, results[0].tokens);
        QVERIFY(results[1].trace == results[0].trace);
        QVERIFY(results[2].from_disk);
        QCOMPARE(results[2].reused_tokens, text.size());

        // In the file of another shape is nothing for this session.
        session_options.kv_type = session_options.kv_type == KvType::F32 ? KvType::F16 : KvType::F32;
        const auto session = engine->createSession(session_options).value();
        std::vector<TokenId> cached;
        const auto anew = generate(*session, tokenizer, cached, tokenizer.encode(text, {}).value(), options, {}, {});
        QVERIFY(anew.has_value());
        QCOMPARE(anew->reused_tokens, std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(PromptCacheTest)
#include "tst_prompt_cache.moc"
