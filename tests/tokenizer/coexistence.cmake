# SPDX-License-Identifier: GPL-3.0-or-later
# gRPC and generated protobuf code for tst_protobuf_coexistence.cpp.

set(proto "${CMAKE_CURRENT_SOURCE_DIR}/tokenizer/coexistence.proto")
set(generated "${CMAKE_CURRENT_BINARY_DIR}/coexistence")
file(MAKE_DIRECTORY "${generated}")
set(outputs "${generated}/coexistence.pb.cc" "${generated}/coexistence.pb.h"
  "${generated}/coexistence.grpc.pb.cc" "${generated}/coexistence.grpc.pb.h")
add_custom_command(OUTPUT ${outputs} DEPENDS "${proto}" VERBATIM
  COMMAND "${TESSERA_PROTOC}" "--proto_path=${CMAKE_CURRENT_SOURCE_DIR}/tokenizer" "--cpp_out=${generated}"
    "--grpc_out=${generated}" "--plugin=protoc-gen-grpc=${TESSERA_GRPC_PLUGIN}" "${proto}")

add_library(tessera_test_coexistence STATIC ${outputs})
target_include_directories(tessera_test_coexistence SYSTEM PUBLIC "${generated}")
target_link_libraries(tessera_test_coexistence PUBLIC PkgConfig::grpcpp protobuf::libprotobuf)
target_link_libraries(tst_tokenizer_protobuf_coexistence PRIVATE tessera_test_coexistence)
