//! What of a project is only there to be compiled.

use dockslim_contract::BuildContext;

/// Endings and names of what only compilers read.
const SOURCES: &[&str] = &[
    ".go", ".rs", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx", ".o", ".s", ".S",
    ".in", ".am", ".ac", ".m4", ".cmake", ".java", ".kt", ".kts", ".gradle",
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
];
/// Names of files for those who build, or who read.
const FOR_PEOPLE: &[&str] = &[
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
        || is_source(name)
        || FOR_PEOPLE.contains(&name)
        || name.ends_with(".mk")
        || name.ends_with(".Dockerfile")
        || PREFIXES.iter().any(|start| name.starts_with(start))
        || is_test(name)
}

/// Whether a compiler reads a file of this name.
pub(super) fn is_source(name: &str) -> bool {
    SOURCES.iter().any(|end| name.ends_with(end)) || NAMES.contains(&name)
}

/// Whether a folder of this name is mostly there for builds, or for people.
pub(super) fn is_aside(folder: &str) -> bool {
    FOLDERS.contains(&folder)
}

/// Whether a file holds tests, by its name, and is a source.
pub(super) fn is_test(name: &str) -> bool {
    const OF_SOURCES: &str = " c cc cpp cxx go java js kt py rb rs sh ts ";
    name.rsplit_once("_test.").is_some_and(|(_, end)| OF_SOURCES.contains(&format!(" {end} ")))
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
    "yanyiwu/gojieba",
    "duckdb/duckdb-go",
    "CosmWasm/wasmvm",
    "apple/foundationdb/bindings",
    "lilliput",
    "layeh.com/gopus",
    "lestrrat-go/libxml2",
    "gopkg.in/iconv.v1",
    "djimenez/iconv-go",
    "buke/quickjs-go",
    "daulet/tokenizers",
    "NVIDIA/go-nvml",
    "gopacket/afpacket",
    "libcontainer/nsenter",
    "terminalstatic/go-xsd-validate",
    "wamuir/go-xslt",
    "sqlite-vec-go-bindings/cgo",
    "go-gst/go-gst",
    "c-kzg-4844",
    "pion/mediadevices",
    "bvinc/go-sqlite-lite",
    "herumi/bls-eth-go-binary",
    "gopkg.in/goracle",
    "rana/ora.",
    "Kagami/go-avif",
    "dunglas/frankenphp",
    "tensorflow/tensorflow/go",
    "wamuir/graft",
    "karalabe/hid",
    "zondax/hid",
    "aquasecurity/libbpfgo",
    "go-duktape",
    "onflow/crypto",
    "flier/gohs",
    "hillu/go-yara",
    "gen2brain/go-fitz",
    "gen2brain/x264-go",
    "asticode/go-astiav",
    "gonum.org/v1/netlib",
];

/// Whether a Go project has a part in C, as far as its context shows; without one it may.
pub(super) fn needs_cgo(context: Option<&BuildContext>) -> bool {
    let Some(context) = context else { return true };
    context.entries().any(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let read = name.ends_with(".go") || name == "go.mod" || name == "go.sum";
        let text = read.then(|| context.text(path)).flatten().unwrap_or_default();
        let source = name.ends_with(".go") && !name.ends_with("_test.go");
        let vendored = path.starts_with("vendor/") || path.contains("/vendor/");
        source && text.lines().any(|line| has_part_in_c(line.trim(), vendored))
            || BINDINGS.iter().any(|one| text.contains(one))
    })
}

/// Whether a line of a source has C compiled with it, or says that something else is compiled without.
fn has_part_in_c(line: &str, vendored: bool) -> bool {
    if let Some(condition) = line.strip_prefix("//") {
        let condition = condition.trim_start();
        let told = condition.starts_with("go:build") || condition.starts_with("+build");
        let is_word =
            |word: &str| condition.split(['!', ' ', '(', ')', '&', '|', ',']).any(|it| it == word);
        return told && !vendored && is_word("cgo") && !is_word("darwin") && !is_word("windows");
    }
    line.split_once("\"C\"").is_some_and(|(front, rest)| {
        front.starts_with("import") || front.is_empty() && rest.is_empty()
    })
}

/// By what a source of Rust starts programs unseen, or has libraries, fonts or certificates opened: another name for a command, calls of C, and
/// crates for it.
pub(super) fn hidden_in_rust(text: &str) -> Option<&'static str> {
    const BY: [&str; 14] = [
        "Command as ",
        "execl(",
        "execlp(",
        "execv(",
        "execve(",
        "execvp(",
        "libc::popen",
        "libc::system",
        "Library::new(",
        "Provider::load(",
        "Provider::try_load(",
        "load_system_fonts(",
        "SslConnector::builder(",
        "run_script",
    ];
    let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.find_map(|line| {
        let mut values = line.match_indices("Command::new");
        let value = values.any(|(at, name)| {
            line[at + name.len()..].chars().next().is_none_or(|c| ",;) }".contains(c))
        });
        let openssh = line.contains("openssh::").then_some("openssh");
        BY.into_iter().find(|sign| line.contains(sign)).or(openssh).or(value.then_some("new"))
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

/// What packages of Go open beside their own sources, by the ends of their import paths and what callers of it write.
const BESIDE: &[(&str, &str)] = &[
    ("/go-ego/gse\"", ".LoadDict("),
    ("/go-ego/gse\"", ".LoadStop("),
    ("/go-ego/gse\"", "gse.New("),
    ("/yanyiwu/gojieba\"", "NewJieba"),
    ("/yanyiwu/gosimhash\"", "New"),
    ("\"go/build\"", ".Import("),
    ("\"go/importer\"", "importer."),
];

/// Whether a source of Go calls a package that looks for files in the folders of the compiler and of its modules.
pub(super) fn opens_beside_sources(text: &str) -> bool {
    BESIDE.iter().any(|(path, call)| text.contains(path) && text.contains(call))
}

/// What a source does by what only images of compilers have, or tell (their Dockerfiles; Go, "runtime").
pub(super) fn of_compiler(name: &str, text: &str) -> Option<&'static str> {
    let quoted = |word: &str| text.contains(&format!("\"{word}\""));
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("go") if opens_beside_sources(text) => {
            Some("opens files of the compiler, or beside a module")
        }
        Some("go") if text.contains("runtime.GOROOT()") || quoted("GOROOT") => {
            Some("asks where the compiler lies")
        }
        Some("go") if ["GOPATH", "GOLANG_VERSION", "GOTOOLCHAIN"].into_iter().any(quoted) => {
            Some("asks what only images of Go tell")
        }
        Some("rs") if ["CARGO_HOME", "RUSTUP_HOME", "RUST_VERSION"].into_iter().any(quoted) => {
            Some("asks what only images of Rust tell")
        }
        _ => None,
    }
}
