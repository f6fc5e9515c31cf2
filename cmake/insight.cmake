# One function a kind of target: insight_library(room), insight_test(suite).
option(INSIGHT_TESTS "build the tests and benchmarks" ON)
option(INSIGHT_UNITY "compile the sources of a folder together" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(INSIGHT_CCACHE ccache)
if(INSIGHT_CCACHE)
    # ccache only trusts a precompiled header when told that it may.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
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
if(INSIGHT_UNITY)
    # A class may have members of types that only its own source knows.
    add_compile_options(-Wno-subobject-linkage)
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

# A release optimises the rooms where a benchmark spends its time, and the others less: that takes a
# third less time to build and costs them nothing that could be measured. g++ 12 breaks down over a
# header that was precompiled at another level, so these rooms have their own.
set(INSIGHT_HOT $<$<CONFIG:Release>:-O2>)
add_library(insight_hot_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_compile_options(insight_hot_pch PRIVATE ${INSIGHT_HOT})
target_precompile_headers(insight_hot_pch PRIVATE <cmake/pch.h>)
target_link_libraries(insight_hot_pch PRIVATE Threads::Threads)

# What to compile for the sources of a target. With INSIGHT_UNITY the sources of one folder go forty
# at a time, because most of the time goes into what they all include: one folder's sources may
# therefore not give one name, in their anonymous namespaces, to two things. CMake's own UNITY_BUILD
# writes absolute paths, with which no two checkouts share a compiler cache.
function(insight_units OUT TARGET)
    if(NOT INSIGHT_UNITY)
        set(${OUT} ${ARGN} PARENT_SCOPE)
        return()
    endif()
    foreach(source ${ARGN})
        get_source_file_property(alone "${source}" SKIP_UNITY_BUILD_INCLUSION)
        if(alone)
            list(APPEND units "${source}")
            continue()
        endif()
        get_filename_component(path "${source}" ABSOLUTE)
        file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} "${path}")
        get_filename_component(folder "${path}" DIRECTORY)
        string(MAKE_C_IDENTIFIER "${folder}" folder)
        list(APPEND sources_${folder} "${path}")
        list(LENGTH sources_${folder} count)
        math(EXPR part "(${count} - 1) / 40")
        set(unit "${folder}_${part}")
        list(APPEND names ${unit})
        string(APPEND text_${unit} "#include \"${path}\"\n")
    endforeach()
    list(REMOVE_DUPLICATES names)
    foreach(unit ${names})
        set(file "${CMAKE_CURRENT_BINARY_DIR}/units/${TARGET}/${unit}.cpp")
        file(CONFIGURE OUTPUT "${file}" CONTENT "${text_${unit}}" @ONLY)
        list(APPEND units "${file}")
    endforeach()
    set(${OUT} ${units} PARENT_SCOPE)
endfunction()

# insight_library(NAME SOURCES a.cpp … DEPS insight::base … PRIVATE_DEPS re2::re2 …)
# HOT: a benchmark spends its time here.
function(insight_library NAME)
    cmake_parse_arguments(ARG "NO_PCH;HOT" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
    insight_units(units ${NAME} ${ARG_SOURCES})
    add_library(insight_${NAME} STATIC ${units})
    add_library(insight::${NAME} ALIAS insight_${NAME})
    target_link_libraries(insight_${NAME} PUBLIC ${ARG_DEPS} Threads::Threads PRIVATE ${ARG_PRIVATE_DEPS})
    set(pch insight_pch)
    if(ARG_HOT)
        set(pch insight_hot_pch)
        target_compile_options(insight_${NAME} PRIVATE ${INSIGHT_HOT})
    endif()
    if(NOT ARG_NO_PCH)
        target_precompile_headers(insight_${NAME} REUSE_FROM ${pch})
    endif()
endfunction()

# insight_program(NAME SOURCES a.cpp … DEPS insight::base …)
# What tests start. The target `programs` is all of them and the service.
function(insight_program NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
    add_executable(${NAME} ${ARG_SOURCES})
    target_link_libraries(${NAME} PRIVATE ${ARG_DEPS})
    target_precompile_headers(${NAME} REUSE_FROM insight_pch)
    add_dependencies(programs ${NAME})
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
    insight_units(units ${NAME} ${ARG_SOURCES})
    add_executable(${NAME} ${units})
    target_link_libraries(${NAME} PRIVATE ${ARG_DEPS} insight::tree GTest::gmock GTest::gtest_main)
    target_compile_options(${NAME} PRIVATE -O0)
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
