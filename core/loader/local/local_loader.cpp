// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/local/local_loader.h"

#include "core/fragment/fragment_text.h"
#include "core/fragment/verifier.h"
#include "core/loader/assemble_tensor.h"

namespace tessera {

namespace {

class LocalLoader final : public FragmentLoader {
public:
    LocalLoader(FragmentStore& store, bool verify) : m_store(store), m_verify(verify), m_index(store.manifest()) {}

    const Manifest& manifest() const override { return m_store.manifest(); }

    Result<std::vector<std::byte>> loadRaw(FragmentIndex fragment, const Operation& operation) override {
        TESSERA_CHECK(operation.checkStop());
        if (m_store.state(fragment) == FragmentState::Missing) {
            return fail(ErrorKind::NotFound, describeFragment(manifest(), manifest().at(fragment)) + ": is not on this machine; 'tessera fetch' brings it, or other machines compute its layers (--nodes)");
        }
        return m_verify ? loadVerified(fragment) : load(fragment);
    }

    Result<LoadedTensor> loadTensor(std::string_view name, const Operation& operation) override {
        return assembleTensor(*this, m_index, name, operation);
    }

private:
    Result<std::vector<std::byte>> load(FragmentIndex fragment) const {
        std::vector<std::byte> bytes(static_cast<std::size_t>(manifest().at(fragment).size_bytes));
        TESSERA_CHECK(m_store.read(fragment, bytes));
        return bytes;
    }

    /// Hashed every time: what the store verified once may have changed on the disk since.
    Result<std::vector<std::byte>> loadVerified(FragmentIndex fragment) {
        auto bytes = readVerified(m_store, fragment);
        const FragmentState known = m_store.state(fragment);
        const bool bad = !bytes && bytes.error().kind == ErrorKind::Corrupt;
        if (bad && known != FragmentState::Bad) m_store.setState(fragment, FragmentState::Bad);
        if (bytes && known != FragmentState::Verified) m_store.setState(fragment, FragmentState::Verified);
        return bytes;
    }

    FragmentStore& m_store;
    const bool m_verify;
    const FragmentIndexByTensor m_index;
};

}  // namespace

std::unique_ptr<FragmentLoader> makeLocalLoader(FragmentStore& store, bool verify) { return std::make_unique<LocalLoader>(store, verify); }

}  // namespace tessera
