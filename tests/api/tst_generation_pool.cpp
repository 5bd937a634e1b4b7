// SPDX-License-Identifier: GPL-3.0-or-later
// What a request waits for, and what it does not.
#include "core/api/generation_pool.h"

#include "core/engine/fragment_engine.h"
#include "core/gguf/gguf_file_source.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/llama_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <future>

using namespace tessera;
using namespace tessera::test;

class GenerationPoolTest : public QObject {
    Q_OBJECT
private slots:
    void whoAskedDoesNotWaitUntilThePromptIsOnTheDisk() {
        const QTemporaryDir place;
        const std::filesystem::path folder = place.path().toStdString(), prompts = folder / "prompts";
        const auto source = openGgufSource(writeLlama(folder / "model.gguf", {})).value();
        const auto engine = loadFragmentEngine(*source, {.threads = 1}, {}).value();
        const ByteTokenizer tokenizer;
        const auto cache = PromptCache::open(prompts, 100'000'000, "m").value();
        const auto kept = [&] { return std::distance(std::filesystem::directory_iterator(prompts), {}); };

        const auto ask = [&](GenerationPool& pool) {
            GenerationJob job;
            job.prompt = tokenizer.encode("A question that is long enough to be kept: what follows from what was said before, and why is it so?", {}).value();
            job.options.max_tokens = 4;
            job.options.ignore_end = true;
            job.options.prompt_cache = cache.get();
            std::promise<std::pair<Result<GenerateResult>, std::ptrdiff_t>> ended;
            job.on_end = [&](Result<GenerateResult> result) { ended.set_value({std::move(result), kept()}); };
            auto end = ended.get_future();
            if (!pool.submit(std::move(job))) qFatal("the pool is full");
            return end.get();
        };
        {
            GenerationPool pool(*engine, tokenizer, {.context_tokens = 512}, 1);
            const auto [result, files] = ask(pool);
            QVERIFY(result.has_value() && !result->from_disk);
            QCOMPARE(result->tokens.size(), std::size_t{4});
            QCOMPARE(files, std::ptrdiff_t{0});  // at the answer's end
        }
        QCOMPARE(kept(), std::ptrdiff_t{1});
        GenerationPool pool(*engine, tokenizer, {.context_tokens = 512}, 1);
        const auto [result, files] = ask(pool);
        QVERIFY(result.has_value() && result->from_disk);
    }

    void whoWaitsIsNotTiedToASlotThatStillWrites() {
        const QTemporaryDir place;
        const std::filesystem::path folder = place.path().toStdString();
        const auto source = openGgufSource(writeLlama(folder / "model.gguf", {})).value();
        const auto engine = loadFragmentEngine(*source, {.threads = 1}, {}).value();
        const ByteTokenizer tokenizer;
        QString order;  // of the ends, which come on the one slot's thread
        std::size_t waiting = 0;
        std::promise<void> all;
        GenerationPool pool(*engine, tokenizer, {.context_tokens = 512}, 1);
        const auto ask = [&](char name, std::function<void()> at_end) {
            GenerationJob job;
            job.prompt = tokenizer.encode("Who is next?", {}).value();
            job.options.max_tokens = 4;
            job.options.ignore_end = true;
            job.on_end = [&order, name, at_end = std::move(at_end)](const Result<GenerateResult>& result) {
                order += QChar::fromLatin1(result ? name : '!');
                at_end();
            };
            if (!pool.submit(std::move(job))) qFatal("the pool is full");
        };
        const auto second_ends = [&] {  // what it has to keep is not on the disk yet
            waiting = pool.counts().waiting;
            ask('d', [&] { all.set_value(); });
        };
        ask('a', [&] {  // the slot is free, so it gets the first of these
            ask('b', second_ends);
            ask('c', [] {});
        });
        all.get_future().wait();
        QCOMPARE(waiting, std::size_t{1});
        QCOMPARE(order, QStringLiteral("abcd"));  // who comes while it writes does not overtake
    }
};

QTEST_GUILESS_MAIN(GenerationPoolTest)
#include "tst_generation_pool.moc"
