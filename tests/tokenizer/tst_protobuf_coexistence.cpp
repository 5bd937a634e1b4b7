// SPDX-License-Identifier: GPL-3.0-or-later
// sentencepiece, gRPC and generated protobuf code in one process, each really used: a second copy of protobuf in it
// (as Debian's sentencepiece brings) crashes here.
#include "tests/tokenizer/model_proto.h"
#include "tests/tokenizer/vocabularies.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include "coexistence.grpc.pb.h"

#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;
using namespace tessera::test;

namespace {

class TokenizingService final : public Tokenizing::Service {
public:
    explicit TokenizingService(const Tokenizer& tokenizer) : m_tokenizer(tokenizer) {}

    grpc::Status Encode(grpc::ServerContext*, const Text* request, Tokens* reply) override {
        const auto tokens = m_tokenizer.encode(request->text(), {});
        if (!tokens) return {grpc::StatusCode::INVALID_ARGUMENT, tokens.error().message};
        for (const TokenId id : *tokens) reply->add_ids(toInt(id));
        *reply->mutable_source() = *request;
        return grpc::Status::OK;
    }
    grpc::Status Decode(grpc::ServerContext*, const Tokens* request, Text* reply) override {
        std::vector<TokenId> tokens;
        for (const std::int32_t id : request->ids()) tokens.push_back(TokenId{id});
        reply->set_text(m_tokenizer.decode(tokens, false));
        return grpc::Status::OK;
    }

private:
    const Tokenizer& m_tokenizer;
};

/// On a port of the loopback that the system chooses.
struct Server {
    explicit Server(TokenizingService& service) {
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
        builder.RegisterService(&service);
        server = builder.BuildAndStart();
    }
    ~Server() {
        if (server) server->Shutdown();
    }
    int port = 0;
    std::unique_ptr<grpc::Server> server;
};

std::unique_ptr<grpc::ClientContext> withDeadline() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context->set_wait_for_ready(true);
    return context;
}

}  // namespace

class TestProtobufCoexistence : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Vocabulary m_spm;
    std::unique_ptr<Tokenizer> m_sentencepiece;

private slots:
    void initTestCase() {
        m_spm = openVocabulary("llama-spm");
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "tokenizer.model";
        writeModel(modelProto(m_spm.source->model().metadata), path);
        auto tokenizer = loadTokenizer(*m_spm.source, path);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        m_sentencepiece = *std::move(tokenizer);
    }

    void sentencepieceBehindGrpc() {
        TokenizingService service(*m_sentencepiece);
        const Server server(service);
        QVERIFY(server.server && server.port > 0);
        const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port), grpc::InsecureChannelCredentials());
        const auto stub = Tokenizing::NewStub(channel);
        for (const Vector& vector : vectorsOf("llama-spm")) {
            Text text;
            text.set_text(vector.text);
            (*text.mutable_notes())["bytes"] = static_cast<std::int64_t>(vector.text.size());
            Tokens tokens;
            const grpc::Status encoded = stub->Encode(withDeadline().get(), text, &tokens);
            QVERIFY2(encoded.ok(), encoded.error_message().c_str());
            QCOMPARE(tokens.ids(0), 1);
            std::vector<TokenId> ids;
            for (const std::int32_t id : tokens.ids()) ids.push_back(TokenId{id});
            QCOMPARE(idsToString(std::span(ids).subspan(1)), idsToString(vector.tokens));
            QCOMPARE(tokens.source().notes().at("bytes"), static_cast<std::int64_t>(vector.text.size()));
            Text back;
            const grpc::Status decoded = stub->Decode(withDeadline().get(), tokens, &back);
            QVERIFY2(decoded.ok(), decoded.error_message().c_str());
            QCOMPARE(back.text(), vector.text);
        }
    }

    void manyThreads() {
        TokenizingService service(*m_sentencepiece);
        const Server server(service);
        const std::string address = "127.0.0.1:" + std::to_string(server.port);
        std::vector<int> wrong(4, 0);
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < wrong.size(); ++t)
            threads.emplace_back([&, t] {
                const auto stub = Tokenizing::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
                std::mt19937 random(static_cast<unsigned>(t));
                for (int i = 0; i < 50; ++i) {
                    Text text;
                    text.set_text(randomText(random, 60));
                    Tokens tokens;
                    const bool ok = stub->Encode(withDeadline().get(), text, &tokens).ok();
                    const auto expected = m_spm.tokenizer->encode(text.text(), {});
                    if (!ok || !expected || static_cast<std::size_t>(tokens.ids_size()) != expected->size()) ++wrong[t];
                }
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(wrong, std::vector<int>(4, 0));
    }

    void descriptorsAndJsonOfGeneratedCode() {
        const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName("tessera.test.Tokens");
        QVERIFY(descriptor != nullptr);
        QCOMPARE(descriptor->field_count(), 2);
        Tokens tokens;
        tokens.add_ids(1);
        tokens.mutable_source()->set_text("Hello");
        std::string json;
        QVERIFY(google::protobuf::util::MessageToJsonString(tokens, &json).ok());
        QCOMPARE(json, std::string(R"({"ids":[1],"source":{"text":"Hello"}})"));
        Tokens parsed;
        QVERIFY(google::protobuf::util::JsonStringToMessage(json, &parsed).ok());
        QCOMPARE(parsed.SerializeAsString(), tokens.SerializeAsString());
    }

    void modelsAreReadAndFreedInBetween() {
        const std::string bytes = modelProto(m_spm.source->model().metadata).SerializeAsString();
        for (int i = 0; i < 3; ++i) {
            sentencepiece::ModelProto model;
            QVERIFY(model.ParseFromString(bytes));
            QCOMPARE(model.pieces_size(), 32000);
            Tokens tokens;
            QVERIFY(!tokens.ParseFromString(bytes.substr(0, 10'001)));  // another message's bytes
        }
    }

    void oneProtobufOnly() {
        const std::string maps = readText("/proc/self/maps");  // where there is one
        std::set<std::string> libraries;
        std::istringstream lines(maps);
        for (std::string line; std::getline(lines, line);)
            if (const auto name = line.find("libprotobuf"); name != std::string::npos) libraries.insert(line.substr(name));
        QVERIFY2(libraries.size() == (maps.empty() ? 0u : 1u), std::to_string(libraries.size()).c_str());
    }

    void cleanupTestCase() {
        m_sentencepiece.reset();
        google::protobuf::ShutdownProtobufLibrary();
    }
};

QTEST_GUILESS_MAIN(TestProtobufCoexistence)
#include "tst_protobuf_coexistence.moc"
