# One function a kind of target: insight_library(room), insight_test(suite).
option(INSIGHT_TESTS "build the tests and benchmarks" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(INSIGHT_CCACHE ccache)
if(INSIGHT_CCACHE)
    # ccache only trusts a precompiled header when told that it may.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
        ${INSIGHT_CCACHE})
endif()
find_program(INSIGHT_MOLD mold)
if(INSIGHT_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Inlined std::string makes g++ 12 see impossible lengths when it optimises (GCC bugs 105329, 105651).
# With -O3 it sees impossible array bounds as well.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
    add_compile_options(-pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror -fpch-preprocess
                        -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
else()
    # Warnings are for the compiler that ships; clang only builds the fuzzers.
    add_compile_options(-pthread -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
endif()
add_compile_definitions(
    # cpprest's macro U breaks spdlog, GoogleTest and Beast when they are included after it.
    _TURN_OFF_PLATFORM_STRING
    # Must be the same wherever the precompiled header is used.
    SPDLOG_COMPILED_LIB SPDLOG_SHARED_LIB SPDLOG_FMT_EXTERNAL FMT_SHARED)
include_directories(${CMAKE_SOURCE_DIR})

# The one precompiled header: what nearly every source includes and what is slow to parse.
find_package(Threads REQUIRED)
add_library(insight_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
# In angle brackets: with an absolute path inside, no two checkouts could share a compiler cache.
target_precompile_headers(insight_pch PRIVATE <cmake/pch.h>)
target_link_libraries(insight_pch PRIVATE Threads::Threads)

# Where CMAKE_UNITY_BUILD is set, the sources of one folder are compiled a dozen at a time: most of the
# time goes into what they all include. One folder's sources may therefore not give one name, in
# their anonymous namespaces, to two things.
function(insight_unity TARGET)
    foreach(source ${ARGN})
        get_filename_component(folder "${source}" DIRECTORY)
        string(MAKE_C_IDENTIFIER "${folder}" folder)
        list(APPEND folders_${folder} "${source}")
        list(LENGTH folders_${folder} count)
        math(EXPR part "(${count} - 1) / 12")
        set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${folder}${part}")
    endforeach()
    set_target_properties(${TARGET} PROPERTIES UNITY_BUILD_MODE GROUP)
    # A class may have members of types that only its own source knows.
    target_compile_options(${TARGET} PRIVATE $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>)
endfunction()

# insight_library(NAME SOURCES a.cpp … DEPS insight::base … PRIVATE_DEPS re2::re2 …)
function(insight_library NAME)
    cmake_parse_arguments(ARG "NO_PCH" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
    add_library(insight_${NAME} STATIC ${ARG_SOURCES})
    add_library(insight::${NAME} ALIAS insight_${NAME})
    target_link_libraries(insight_${NAME} PUBLIC ${ARG_DEPS} Threads::Threads PRIVATE ${ARG_PRIVATE_DEPS})
    insight_unity(insight_${NAME} ${ARG_SOURCES})
    if(NOT ARG_NO_PCH)
        target_precompile_headers(insight_${NAME} REUSE_FROM insight_pch)
    endif()
endfunction()

# Tests are compiled more often than they run: no optimisation, and GoogleTest parsed once.
function(insight_test_pch)
    add_library(insight_test_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
    target_link_libraries(insight_test_pch PRIVATE GTest::gmock Threads::Threads)
    target_compile_options(insight_test_pch PRIVATE -O0)
    target_precompile_headers(insight_test_pch PRIVATE <cmake/pch.h> <gmock/gmock.h> <gtest/gtest.h>)
endfunction()

# insight_test(NAME SOURCES a_test.cpp … DEPS insight::base … LABELS unit)
# One executable a suite; every GoogleTest case in it becomes one CTest case. TOGETHER Filter:
# the cases it names share one process and one CTest case, because what they need is slow to start.
function(insight_test NAME)
    cmake_parse_arguments(ARG "" "TIMEOUT;TOGETHER" "SOURCES;DEPS;LABELS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    add_executable(${NAME} ${ARG_SOURCES})
    target_link_libraries(${NAME} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${NAME} PRIVATE INSIGHT_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    target_compile_options(${NAME} PRIVATE -O0)
    insight_unity(${NAME} ${ARG_SOURCES})
    target_precompile_headers(${NAME} REUSE_FROM insight_test_pch)
    set(alone "*")
    if(ARG_TOGETHER)
        set(alone "-${ARG_TOGETHER}")
        add_test(NAME ${NAME}.together COMMAND ${NAME} --gtest_filter=${ARG_TOGETHER})
        set_tests_properties(${NAME}.together PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300
                             SKIP_REGULAR_EXPRESSION "is not installed")
    endif()
    gtest_discover_tests(${NAME} DISCOVERY_MODE PRE_TEST TEST_FILTER "${alone}"
                         PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
