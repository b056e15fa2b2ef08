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
    "smacker/go-tree-sitter",
    "tree-sitter/go-tree-sitter",
    "tree-sitter/tree-sitter-",
    "onnxruntime_go",
    "crawshaw.io/sqlite",
    "go-libsql",
    "google/gousb",
    "alexbrainman/odbc",
    "go-webp",
    "strukturag/libheif",
    "go-geos",
    "go-proj",
    "lukeroth/gdal",
    "airbusgeo/godal",
    "msteinert/pam",
    "opus-go",
    "hraban/opus",
    "hajimehoshi/ebiten",
    "gotk3/",
    "gotk4",
    "go-gtk",
    "lmdb-go",
    "go-face",
    "go/libvirt",
    "libvirt-go",
    "go-ceph",
    "proglottis/gpgme",
    "libseccomp-golang",
    "portmidi",
    "golua",
    "go-mruby",
    "malgo",
    "raylib-go",
    "cbrotli",
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

/// Whether a package of the system brings headers of a library, which a build of Go reads by cgo alone.
pub(super) fn brings_headers(package: &str) -> bool {
    let of_c = ["libc6-dev", "libc-dev", "musl-dev"];
    package.ends_with("-dev") && !of_c.contains(&package)
}

/// Modules of Go that start what their callers, or their own pages, name.
const CALLING: &[&str] = &[
    "Masterminds/vcs",
    "SebastiaanKlippert/go-wkhtmltopdf",
    "alexellis/go-execute",
    "barasher/go-exiftool",
    "bitfield/script",
    "chromedp/chromedp",
    "code.gitea.io/git",
    "codeskyblue/go-sh",
    "floostack/transcoder",
    "go-cmd/cmd",
    "go-rod/rod",
    "gogs/git-module",
    "google/goexpect",
    "gopkg.in/pipe.v2",
    "hashicorp/go-getter",
    "hashicorp/go-plugin",
    "k8s.io/utils/exec",
    "ldez/go-git-cmd-wrapper",
    "magefile/mage/sh",
    "playwright-community/playwright-go",
    "u2takey/ffmpeg-go",
    "x/sys/execabs",
    "x/tools/go/packages",
    "xfrr/goffmpeg",
];

/// The module by which a source of Go starts programs without saying so itself.
pub(super) fn calling_module(text: &str) -> Option<&'static str> {
    let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
    let imports = text.lines().map(quoted).filter(|path| path.contains('/'));
    imports.collect::<Vec<_>>().iter().find_map(|path| {
        let whole = |module: &&&str| {
            let behind = path.split_once(**module).map(|(_, rest)| rest);
            behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
        };
        CALLING.iter().find(whole).copied()
    })
}
