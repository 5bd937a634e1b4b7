# SPDX-License-Identifier: GPL-3.0-or-later
# Third-party libraries. Each is linked by one folder only; docs/DEPENDENCIES.md says which and why.
find_package(Threads REQUIRED)
if(TESSERA_FUZZ)  # the libraries were built by GCC: clang links GCC's runtime for them by name
  foreach(language C CXX)
    add_library(OpenMP::OpenMP_${language} INTERFACE IMPORTED)
    set_target_properties(OpenMP::OpenMP_${language} PROPERTIES INTERFACE_LINK_LIBRARIES gomp)
  endforeach()
else()
  find_package(OpenMP REQUIRED COMPONENTS C CXX)  # ggml's worker team
endif()
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.74 REQUIRED)  # headers only: Asio and Beast
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(grpcpp REQUIRED IMPORTED_TARGET grpc++)
find_program(TESSERA_PROTOC protoc REQUIRED)
find_program(TESSERA_GRPC_PLUGIN grpc_cpp_plugin REQUIRED)
if(TESSERA_WINDOW)
  find_package(Qt6 REQUIRED COMPONENTS Widgets Svg Concurrent Network PrintSupport LinguistTools)  # PrintSupport: QCustomPlot
  find_package(md4c REQUIRED)           # Markdown
  find_package(QCustomPlotQt6 REQUIRED) # plots
  find_package(Qt6 QUIET COMPONENTS DBus)  # the desktop's dark-mode setting and notifications, on Linux
endif()

# The pinned sources that scripts/deps builds once into a prefix of its own.
if(NOT TESSERA_DEPS_PREFIX AND DEFINED ENV{TESSERA_DEPS_PREFIX})
  set(TESSERA_DEPS_PREFIX "$ENV{TESSERA_DEPS_PREFIX}")
endif()
if(NOT TESSERA_DEPS_PREFIX)
  if(TESSERA_FUZZ)  # the compiler that project() has just put into the environment is not the one they were built with
    set(other_compiler ${CMAKE_COMMAND} -E env --unset=CC --unset=CXX)
  endif()
  execute_process(COMMAND ${other_compiler} "${CMAKE_SOURCE_DIR}/scripts/deps" --print-prefix
    OUTPUT_VARIABLE TESSERA_DEPS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT EXISTS "${TESSERA_DEPS_PREFIX}/include/llama/llama.h")
  message(FATAL_ERROR "llama.cpp is not built yet ('${TESSERA_DEPS_PREFIX}'). Run scripts/deps once: it fetches and builds the "
    "pinned sources. Or set TESSERA_DEPS_PREFIX to a folder where it has done so.")
endif()

function(tessera_import name archive include)
  add_library(${name} STATIC IMPORTED)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION "${TESSERA_DEPS_PREFIX}/lib/${CMAKE_STATIC_LIBRARY_PREFIX}${archive}${CMAKE_STATIC_LIBRARY_SUFFIX}"
    INTERFACE_INCLUDE_DIRECTORIES "${TESSERA_DEPS_PREFIX}/include/${include}")
endfunction()
tessera_import(deps::ggml_base ggml-base llama)
tessera_import(deps::ggml_cpu ggml-cpu llama)
tessera_import(deps::ggml_rpc ggml-rpc llama)
tessera_import(deps::ggml ggml llama)
tessera_import(deps::llama llama llama)
tessera_import(deps::jinja tessera_jinja llama-common)
tessera_import(deps::sentencepiece sentencepiece sentencepiece)
# ggml's registry and its CPU backend refer to each other's base.
target_link_libraries(deps::ggml_base INTERFACE OpenMP::OpenMP_C OpenMP::OpenMP_CXX Threads::Threads ${CMAKE_DL_LIBS} $<$<PLATFORM_ID:Linux>:m>)
target_link_libraries(deps::ggml_cpu INTERFACE deps::ggml_base)
target_link_libraries(deps::ggml_rpc INTERFACE deps::ggml_base $<$<PLATFORM_ID:Windows>:ws2_32>)
target_link_libraries(deps::ggml INTERFACE deps::ggml_cpu deps::ggml_rpc deps::ggml_base)
target_link_libraries(deps::llama INTERFACE deps::ggml)
target_link_libraries(deps::jinja INTERFACE deps::ggml_base)
# The full protobuf, as gRPC links it: the lite one beside it would be a second copy in one process.
target_link_libraries(deps::sentencepiece INTERFACE protobuf::libprotobuf Threads::Threads)
