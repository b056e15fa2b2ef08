//! What of a project is only there to be compiled.

use dockslim_contract::BuildContext;

/// Endings and names of what only compilers and people read.
const SOURCES: &[&str] = &[
    ".go",
    ".rs",
    ".c",
    ".h",
    ".cc",
    ".cpp",
    ".cxx",
    ".hpp",
    ".hh",
    ".hxx",
    ".o",
    ".s",
    ".S",
    ".in",
    ".am",
    ".ac",
    ".m4",
    ".cmake",
    ".java",
    ".kt",
    ".kts",
    ".gradle",
    ".mk",
    ".Dockerfile",
];
const NAMES: &[&str] = &[
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    "modules.txt",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    "clippy.toml",
    "rustfmt.toml",
    ".rustfmt.toml",
    "CMakeLists.txt",
    "meson.build",
    "meson_options.txt",
    "configure",
    "pom.xml",
    "gradlew",
    "gradlew.bat",
    "mvnw",
    "mvnw.cmd",
    "gradle.properties",
    "gradle-wrapper.jar",
    "gradle-wrapper.properties",
    "maven-wrapper.jar",
    "maven-wrapper.properties",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Taskfile.yml",
    "Dockerfile",
    "Containerfile",
    ".dockerignore",
    "compose.yml",
    "compose.yaml",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".editorconfig",
    ".travis.yml",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    ".golangci.yml",
    ".golangci.yaml",
    ".goreleaser.yml",
    ".pre-commit-config.yaml",
    ".clang-format",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
    ".DS_Store",
];
const PREFIXES: &[&str] = &[
    "README",
    "LICENSE",
    "LICENCE",
    "COPYING",
    "CHANGELOG",
    "CONTRIBUTING",
    "AUTHORS",
    "NOTICE",
    "docker-compose",
    "Dockerfile.",
];
const FOLDERS: &[&str] = &[
    ".git",
    ".github",
    ".idea",
    ".vscode",
    ".gitlab",
    ".circleci",
    "node_modules",
    "target",
    "testdata",
    "tests",
    "test",
];

/// Whether no container reads a file at this path of a project.
pub(super) fn is_for_builds(path: &str) -> bool {
    let mut names = path.split('/').rev();
    let name = names.next().unwrap_or(path);
    names.any(|folder| FOLDERS.contains(&folder))
        || NAMES.contains(&name)
        || SOURCES.iter().any(|end| name.ends_with(end))
        || PREFIXES.iter().any(|start| name.starts_with(start))
        || name.contains("_test.")
}

/// Modules of Go that are bindings to libraries in C, as their own pages say.
const BINDINGS: &[&str] = &[
    "mattn/go-sqlite3",
    "confluent-kafka-go",
    "DataDog/zstd",
    "valyala/gozstd",
    "libgit2/git2go",
    "h2non/bimg",
    "davidbyttow/govips",
    "gographics/imagick",
    "go-gl/",
    "hajimehoshi/oto",
    "gopacket/pcap",
    "go-duckdb",
    "godror/godror",
    "mattn/go-oci8",
    "pebbe/zmq",
    "zeromq/goczmq",
    "gocv.io/x/gocv",
    "gorocksdb",
    "grocksdb",
    "levigo",
    "wasmtime-go",
    "wasmer-go",
    "v8go",
    "go-sdl2",
    "go-sqlcipher",
    "ebitengine/",
    "fyne.io/fyne",
    "miekg/pkcs11",
    "crypto11",
    "sdjournal",
    "gorm.io/driver/sqlite",
    "go_ibm_db",
    "gordonklaus/portaudio",
    "kbinani/screenshot",
    "go-ethereum",
    "supranational/blst",
    "go-tpm-tools",
    "gosseract",
    "chai2010/webp",
];

/// Whether a Go project has a part in C, as far as its context shows; without one it may.
pub(super) fn needs_cgo(context: Option<&BuildContext>) -> bool {
    let Some(context) = context else { return true };
    context.entries().any(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let read = name.ends_with(".go") || name == "go.mod" || name == "go.sum";
        let text = read.then(|| context.text(path)).flatten().unwrap_or_default();
        text.contains("import \"C\"")
            || text.contains("\t\"C\"\n")
            || BINDINGS.iter().any(|one| text.contains(one))
    })
}
