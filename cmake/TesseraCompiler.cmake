# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings, sanitizers and speed-ups for our own code. Third-party headers come in as SYSTEM and stay quiet.
add_library(tessera_compiler INTERFACE)
if(MSVC)
  target_compile_options(tessera_compiler INTERFACE /W4 /utf-8 /permissive- $<$<BOOL:${TESSERA_WERROR}>:/WX>)
else()
  target_compile_options(tessera_compiler INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${TESSERA_WERROR}>:-Werror>
    # GCC 12 warns wrongly about "text" + std::string (GCC bug 105651, fixed in 13).
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
endif()

if(TESSERA_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # GCC's own instrumentation confuses this warning (GCC bug 105562).
  target_compile_options(tessera_compiler INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(TESSERA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Only faster builds, nothing else: a compiler cache and a quicker linker where they are installed.
find_program(TESSERA_CCACHE ccache)
if(TESSERA_CCACHE)
  # ccache asks for these before it caches what was compiled with precompiled headers (GCC: and for -fpch-preprocess).
  set(launcher "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${TESSERA_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
endif()
find_program(TESSERA_MOLD mold)
if(TESSERA_MOLD AND NOT APPLE AND NOT WIN32)
  add_link_options(-fuse-ld=mold)
endif()
