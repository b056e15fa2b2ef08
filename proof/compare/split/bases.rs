//! What images hold that a stage may be moved to.
//!
//! Sources: the README of GoogleContainerTools/distroless; the Dockerfiles of the official image library; the list of essential
//! packages of Debian.

use super::dotnet;

/// An image that a new stage is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Certificates, time zones, users: no shell, no C library.
    Static,
    /// The programs of busybox alone.
    Busybox,
    /// A Debian with its essential packages, and its suite.
    Debian(&'static str),
    /// A runtime of Java on a system of its own.
    Java,
    /// The frameworks of .NET on the system of their kit.
    DotNet,
    /// nginx, which starts in the foreground.
    WebServer,
    /// The very image that builds.
    Same,
    /// Its slim twin.
    Slim,
}

/// Where Temurin's images have their runtime (docker-library, eclipse-temurin).
pub(super) const JAVA: &str = "/opt/java/openjdk/bin/java";

/// Versions of Java that Temurin has run-time environments of (docker-library, eclipse-temurin).
const RUNTIMES: &[&str] = &["8", "11", "17", "18", "19", "20", "21", "22", "23", "24", "25"];

const SUITES: &[&str] = &["stable", "trixie", "bookworm", "bullseye", "buster", "stretch"];

/// What an image is, if that is known; `old` is the one that builds.
pub(super) fn kind(image: &str, old: &str) -> Option<Kind> {
    let image = official(image);
    let of_systems = ["debian", "ubuntu", "python", "node", "ruby"];
    if image == official(old)
        && of_systems.iter().any(|name| image == *name || image.starts_with(&format!("{name}:")))
    {
        return Some(Kind::Same);
    }
    if is_slim_twin(image, official(old)) {
        return Some(Kind::Slim);
    }
    if dotnet::is_runtime_of(image, official(old)) {
        return Some(Kind::DotNet);
    }
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    match name {
        "gcr.io/distroless/static-debian12" | "gcr.io/distroless/static-debian13" => {
            Some(Kind::Static)
        }
        "nginx" if matches!(tag, "latest" | "stable" | "alpine") => Some(Kind::WebServer),
        "busybox" if tag == "latest" => Some(Kind::Busybox),
        "debian" => SUITES
            .iter()
            .find(|suite| tag == format!("{suite}-slim"))
            .filter(|suite| is_release_for(suite, old))
            .map(|suite| Kind::Debian(suite)),
        "eclipse-temurin" if is_runtime_of(tag, official(old)) => Some(Kind::Java),
        _ => None,
    }
}

/// Whether a release of Debian is that of the image that builds; where its tag tells none, what follows Debian's releases is as good.
fn is_release_for(release: &str, old: &str) -> bool {
    match suite(old) {
        Some("trixie") if release == "stable" => !old.contains("trixie"),
        Some(own) => own == release,
        None => matches!(release, "stable" | "trixie"),
    }
}

/// Whether a tag is a runtime of the Java that another image builds with.
fn is_runtime_of(tag: &str, old: &str) -> bool {
    let end = if old.contains("alpine") { "-jre-alpine" } else { "-jre" };
    let Some(version) = tag.strip_suffix(end) else { return false };
    let (name, other) = old.split_once(':').unwrap_or((old, ""));
    // Images of build tools begin with the version of the tool.
    let tool = ["maven", "gradle"].contains(&name) && !other.starts_with("jdk");
    let parts = other.split('-').skip(usize::from(tool));
    let of_java = ["java", "jdk", "temurin", "corretto", "maven", "gradle"];
    RUNTIMES.contains(&version)
        && of_java.iter().any(|word| name.contains(word))
        && parts
            .flat_map(|part| part.split(|c: char| !c.is_ascii_digit()))
            .any(|one| one == version)
}

/// Whether the tags differ in nothing but `slim`, which python has in front of the suite and node behind it.
fn is_slim_twin(slim: &str, full: &str) -> bool {
    let (name, tag) = slim.split_once(':').unwrap_or((slim, "latest"));
    let (other, full) = full.split_once(':').unwrap_or((full, "latest"));
    let parts: Vec<&str> = tag.split('-').filter(|part| *part != "slim").collect();
    let rest = if parts.is_empty() { "latest".to_owned() } else { parts.join("-") };
    matches!(name, "python" | "node" | "ruby")
        && name == other
        && tag != full
        && tag.contains("slim")
        && rest == full
}

/// The name of an official image as people write it.
pub(in crate::compare) fn official(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image)
}

/// The suite that an image is made of: by its tag, or `stable` where it follows Debian's release.
pub(in crate::compare) fn suite(image: &str) -> Option<&'static str> {
    let image = official(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    if let Some(suite) = SUITES.iter().find(|suite| tag.split('-').any(|part| part == **suite)) {
        return Some(suite);
    }
    let tag = tag.trim_end_matches("-slim");
    // Official images, by the suite of their last build.
    match (name, tag) {
        ("golang" | "rust", "1" | "latest") | ("gcc" | "debian", "latest") => Some("stable"),
        ("node", tag) if tag.split('.').next() == Some("20") => Some("bookworm"),
        // Their tags have followed Debian's release since August 2025.
        ("python", "3" | "latest" | "3.10" | "3.11" | "3.12" | "3.13" | "3.14")
        | ("ruby", "3" | "4" | "latest" | "3.3" | "3.4" | "4.0") => Some("trixie"),
        ("golang", _) => {
            let minor: u32 = tag.strip_prefix("1.")?.split('.').next()?.parse().ok()?;
            match minor {
                19..=23 => Some("bookworm"),
                24..=25 => Some("trixie"),
                _ => None,
            }
        }
        ("rust", _) => {
            let minor: u32 = tag.strip_prefix("1.")?.split('.').next()?.parse().ok()?;
            match minor {
                60..=71 => Some("bullseye"),
                72..=88 => Some("bookworm"),
                89..=98 => Some("trixie"),
                _ => None,
            }
        }
        ("gcc", tag) if tag.split('.').next() == Some("12") => Some("bookworm"),
        ("debian", tag) => match tag.split('.').next()? {
            "13" => Some("trixie"),
            "12" => Some("bookworm"),
            "11" => Some("bullseye"),
            "10" => Some("buster"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the C library of an image asks for the names of hosts and users itself. Before 2.34, which came with bookworm, it does so by
/// modules that it loads by their names (glibc, NEWS for 2.34).
pub(super) fn finds_names(image: &str) -> bool {
    if let Some(suite) = suite(image) {
        return matches!(suite, "stable" | "trixie" | "bookworm");
    }
    let (name, tag) = official(image).split_once(':').unwrap_or((image, "latest"));
    let version: Vec<u32> = tag.split(['.', '-']).map_while(|part| part.parse().ok()).collect();
    match (name, version.as_slice()) {
        ("rust", [1, minor, ..]) => *minor >= 72,
        ("gcc", [major, ..]) => *major >= 12,
        ("ubuntu", [major, ..]) => *major >= 22,
        ("ubuntu", []) => matches!(tag.split('-').next(), Some("jammy" | "noble")),
        ("buildpack-deps", []) => matches!(tag, "latest" | "stable"),
        _ => false,
    }
}

/// Whether an image holds the compilers of a language whose programs can do without them.
pub(super) fn compiles(image: &str) -> bool {
    let name = official(image).split(':').next().unwrap_or(image);
    let runtime = ["jre", "slim"].iter().any(|part| image.contains(part));
    matches!(name, "golang" | "rust" | "gcc" | "buildpack-deps") || (name == "openjdk" && !runtime)
}

/// Whether an image of openjdk or Temurin holds the tools of Java, and not only its runtime.
pub(super) fn has_kit_of_java(image: &str) -> bool {
    let (name, tag) = official(image).split_once(':').unwrap_or((official(image), "latest"));
    matches!(name, "openjdk" | "eclipse-temurin") && !tag.split('-').any(|part| part == "jre")
}

/// Whether an image of compilers stands on the whole of buildpack-deps (docker-library/rust, gcc).
pub(super) fn is_buildpack(image: &str) -> bool {
    let (name, tag) = official(image).split_once(':').unwrap_or((official(image), "latest"));
    let other = ["alpine", "curl", "scm", "slim"].iter().any(|part| tag.contains(part));
    matches!(name, "buildpack-deps" | "gcc" | "rust") && !other
}

/// The folder that an image starts in.
pub(super) fn folder(image: &str) -> Option<&'static str> {
    let image = official(image);
    let name = image.split(':').next().unwrap_or(image);
    match name {
        "golang" => Some("/go"),
        "rust" | "gcc" | "buildpack-deps" | "openjdk" | "eclipse-temurin" | "amazoncorretto"
        | "maven" | "debian" | "ubuntu" | "python" | "node" | "ruby" => Some("/"),
        "gradle" => Some("/home/gradle"),
        "mcr.microsoft.com/dotnet/sdk" | "mcr.microsoft.com/dotnet/core/sdk" => Some("/"),
        _ => None,
    }
}

/// Packages of single programs, which have this name and do the same in all releases of Debian and Ubuntu that images are made of
/// (packages.debian.org, packages.ubuntu.com).
const PROGRAMS: &[&str] = &[
    "bash",
    "bzip2",
    "ca-certificates",
    "curl",
    "file",
    "git",
    "gosu",
    "htop",
    "iputils-ping",
    "jq",
    "less",
    "lsof",
    "nano",
    "net-tools",
    "netcat-openbsd",
    "openssh-client",
    "procps",
    "rsync",
    "socat",
    "tini",
    "tree",
    "tzdata",
    "unzip",
    "vim",
    "wget",
    "xz-utils",
    "zip",
];

/// Whether all words of an install behind its verb are options or packages that each release has.
pub(super) fn are_programs(packages: &[&str]) -> bool {
    packages.iter().all(|name| name.starts_with('-') || PROGRAMS.contains(name))
}

/// Programs that the images with a shell have.
const ESSENTIAL: &[&str] = &[
    "[", "cat", "cd", "chmod", "chown", "date", "echo", "exec", "exit", "export", "false", "grep",
    "head", "kill", "ls", "mkdir", "sed", "set", "sh", "sleep", "tail", "test", "trap", "true",
    "wait",
];

impl Kind {
    /// Whether it has a shell.
    pub(super) fn has_shell(self) -> bool {
        self != Kind::Static
    }

    /// Whether it has a program of this name; `image` is what it is the kind of.
    pub(super) fn has(self, program: &str, image: &str) -> bool {
        let name = program.rsplit('/').next().unwrap_or(program);
        let of_python = ["python", "pip"];
        let of_node = ["node", "npm", "npx", "yarn"];
        let of_ruby = ["ruby", "bundle", "bundler", "gem", "rake", "irb", "erb"];
        let all: Vec<&str> = [&of_python[..], &of_node, &of_ruby].concat();
        // A full image of one language has the interpreters of others, a slim one its own.
        let language: &[&str] = match official(image).split(':').next() {
            _ if self == Kind::Same => &all,
            Some("python") => &of_python,
            Some("node") => &of_node,
            Some("ruby") => &of_ruby,
            _ => &[],
        };
        let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        // Debian's base has it as well.
        let debian = ["debian", "node", "python", "ruby", "ubuntu"];
        let family = official(image).split(':').next().unwrap_or_default();
        let bash = matches!(self, Kind::Debian(_) | Kind::Same | Kind::Slim)
            && program == "bash"
            && debian.contains(&family)
            && !image.contains("alpine");
        (self.has_shell() && ESSENTIAL.contains(&name))
            || bash
            || (self == Kind::Java && (program == "java" || program == JAVA))
            || (self == Kind::DotNet && name == "dotnet")
            || (matches!(self, Kind::Same | Kind::Slim) && language.contains(&bare))
    }

    /// Whether its /lib is a link to /usr/lib: in Debian's images since bookworm.
    pub(super) fn links_lib(self) -> bool {
        matches!(self, Kind::Debian("bookworm" | "trixie" | "stable"))
    }

    /// Whether it has a C library that programs of this suite can be linked with.
    pub(super) fn runs(self, suite: Option<&str>) -> bool {
        matches!(self, Kind::Debian(own) if suite == Some(own)) || self.is_kin()
    }

    /// Whether it is made of the same system and the same interpreter as the image that builds.
    pub(super) fn is_kin(self) -> bool {
        matches!(self, Kind::Same | Kind::Slim)
    }
}
