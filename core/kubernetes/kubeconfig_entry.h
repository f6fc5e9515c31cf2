// Entries of kubeconfig files, and how they are read. Private to the room.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"
#include "core/base/result.h"
#include "core/kubernetes/kubeconfig.h"

namespace insight::kubernetes {

// One file, and the folder that its relative paths begin at.
struct KubeconfigFile {
    std::string name;
    std::filesystem::path folder;
    config::Tree tree;
};

// An entry of `clusters`, `users` or `contexts` and the file it stands in.
struct KubeconfigEntry {
    const config::Tree* body = nullptr;
    const KubeconfigFile* file = nullptr;
};

// A scalar, "true", or scalars of a list below the key; empty where there is nothing of the kind.
std::string text_of(const config::Tree* tree, std::string_view key);
bool flag_of(const config::Tree* tree, std::string_view key);
std::vector<std::string> texts_of(const config::Tree* tree, std::string_view key);

// At most 8 MiB. Errors: NotFound, TooLarge.
base::Result<std::string> read_file(const std::filesystem::path& path);

// The text of `KEY-data`, else the file at `KEY`: data wins, as in client-go. Errors: Invalid.
base::Status read_pem(const KubeconfigEntry& from, const std::string& key, std::string& text,
                      std::string& file);

// An entry of `users`: who we are, and as whom we come. Errors: Invalid; as read_file().
base::Status read_user(const KubeconfigEntry& user, Access& access);

}  // namespace insight::kubernetes
