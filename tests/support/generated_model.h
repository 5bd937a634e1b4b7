// SPDX-License-Identifier: GPL-3.0-or-later
// The generated models under the names that tests use.
#pragma once

#include "core/generate/generated_forms.h"
#include "core/generate/generated_model.h"
#include "core/generate/quantizer.h"

namespace tessera::test {

using tessera::GeneratedModelOptions;
using tessera::quantizeModel;
using tessera::quantizerTypes;
using tessera::RopeScaling;
using tessera::tinyLlamaShape;
using tessera::writeGeneratedModel;

}  // namespace tessera::test
