// SPDX-License-Identifier: GPL-3.0-or-later
// Every public header of this folder stands on its own.
#include "core/gguf/gguf_file_source.h"
#include "core/gguf/metadata.h"
#include "core/gguf/model.h"
#include "core/gguf/reader.h"
#include "core/gguf/tensor_source.h"
#include "core/gguf/tensor_type.h"
#include "core/gguf/writer.h"
