//! What the full images have and their smaller forms lack.
//!
//! Sources: the Dockerfiles of buildpack-deps and openjdk; the contents of the packages of Debian 12; debuerreotype, what slim
//! images leave out.

use super::by_file::{KILL, OF_SYSTEM};

/// Stands for the modules of perl, which its interpreter alone lacks.
pub(super) const MODULES: &str = "perl with modules";

/// A package of the full images: its name, the programs that tell wherever they are named that somebody needs it, and those whose names
/// are ordinary words, which tell so only where they are called.
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) programs: &'static [&'static str],
    pub(super) ordinary: &'static [&'static str],
}

const fn package(
    name: &'static str,
    programs: &'static [&'static str],
    ordinary: &'static [&'static str],
) -> Package {
    Package { name, programs, ordinary }
}

/// Packages of the full images that an install can bring back.
pub(super) const PACKAGES: &[Package] = &[
    // Slim images of releases before trixie have it.
    package("adduser", &[], &[]),
    package(
        "bzip2",
        &["bunzip2", "bzcat", "bzcmp", "bzdiff", "bzegrep", "bzgrep", "bzip2", "bzless"],
        &[],
    ),
    package("ca-certificates", &["update-ca-certificates"], &[]),
    package("curl", &["curl"], &[]),
    package("file", &[], &["file"]),
    package(
        "fontconfig",
        &["fc-cache", "fc-cat", "fc-list", "fc-match", "fc-query", "fc-scan"],
        &[],
    ),
    package("fonts-dejavu-core", &[], &[]),
    package("git", &["git", "git-lfs", "git-upload-pack", "git-receive-pack"], &[]),
    package("gnupg", &["dirmngr", "gpg", "gpg-agent", "gpg2", "gpgconf"], &[]),
    package(
        "imagemagick",
        &["mogrify", "conjure", "convert-im6"],
        &["animate", "compare", "composite", "convert", "display", "identify", "montage"],
    ),
    package("inetutils-ping", &[], &["ping", "ping6"]),
    package("iproute2", &[], &["ip", "ss"]),
    package("libglib2.0-bin", &["gapplication", "gdbus", "gresource", "gsettings"], &[]),
    package("libcurl4", &[], &[]),
    package("libmagic1", &[], &[]),
    package("libmagickcore-6.q16-6-extra", &[], &[]),
    package("libmagickcore-7.q16-10-extra", &[], &[]),
    package("libmariadb3", &[], &[]),
    package("libpq5", &[], &[]),
    package("libxml2", &[], &[]),
    package("make", &[], &["make"]),
    // Types of files by the ends of their names; until buster by the older name.
    package("media-types", &[], &[]),
    package("mercurial", &["hg"], &[]),
    package("mime-support", &[], &[]),
    package("netbase", &[], &[]),
    package(
        "openssh-client",
        &["scp", "sftp", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"],
        &[],
    ),
    package("openssl", &["openssl"], &[]),
    package("patch", &[], &["patch"]),
    package("perl", &["cpan", "prove", "shasum", MODULES], &[]),
    package(
        "procps",
        &["pgrep", "pidwait", "pkill", "pmap", "ps", "pwdx", "slabtop", "sysctl", "vmstat", KILL],
        &["free", "skill", "top", "uptime", "watch"],
    ),
    package("python3", &["python3", OF_SYSTEM], &[]),
    package("shared-mime-info", &["update-mime-database"], &[]),
    package("subversion", &["svn", "svnadmin", "svnversion"], &[]),
    package("tzdata", &[], &[]),
    package("unzip", &["unzip", "zipgrep", "zipinfo"], &[]),
    package("wget", &["wget"], &[]),
    package(
        "xz-utils",
        &["lzma", "unlzma", "unxz", "xz", "xzcat", "xzdiff", "xzgrep", "xzless"],
        &[],
    ),
];

/// What ImageMagick reads some kinds of pictures by, which its headers need, and with them full images have it.
pub(super) const CODERS: &[&str] = &["libmagickcore-6.q16-6-extra", "libmagickcore-7.q16-10-extra"];

/// Packages whose install brings another one.
pub(super) const BROUGHT: &[(&str, &[&str])] = &[
    ("default-libmysqlclient-dev", &["libmariadb3"]),
    ("file", &["libmagic1"]),
    ("libcurl4-openssl-dev", &["libcurl4"]),
    ("libmagic-dev", &["libmagic1"]),
    ("libmariadb-dev", &["libmariadb3"]),
    ("libpq-dev", &["libpq5"]),
    ("libxml2-dev", &["libxml2"]),
    ("build-essential", &["bzip2", "make", "patch", "xz-utils"]),
    ("ca-certificates", &["openssl"]),
    ("dpkg-dev", &["bzip2", "make", "patch", "xz-utils"]),
    ("fontconfig", &["fonts-dejavu-core"]),
    ("fontconfig-config", &["fonts-dejavu-core"]),
    ("fonts-dejavu", &["fonts-dejavu-core"]),
    ("fonts-dejavu-extra", &["fonts-dejavu-core"]),
    ("gnupg2", &["gnupg"]),
    ("gpg", &["gnupg"]),
    ("iputils-ping", &["inetutils-ping"]),
    ("openssh-server", &["openssh-client"]),
    ("git", &["perl"]),
    ("python3-dev", &["python3"]),
    ("python3-pip", &["python3"]),
    ("python3-venv", &["python3"]),
    ("python3-minimal", &["python3"]),
    ("python-is-python3", &["python3"]),
    ("ssh", &["openssh-client"]),
];

/// What compiles: no slim image has it, and it is not added.
pub(super) const COMPILERS: &[&str] = &[
    "aclocal",
    "autoconf",
    "autoheader",
    "automake",
    "autoreconf",
    "c++",
    "cargo",
    "cc",
    "cmake",
    "configure",
    "cpp",
    "dpkg-architecture",
    "dpkg-buildpackage",
    "g++",
    "gcc",
    "gcov",
    "ld",
    "libtoolize",
    "m4",
    "make",
    "node-gyp",
    "objcopy",
    "objdump",
    "pkg-config",
    "pkgconf",
    "ranlib",
    "readelf",
    "tclsh",
];
/// The same for names that are ordinary words.
pub(super) const ORDINARY_COMPILERS: &[&str] =
    &["ar", "as", "nm", "size", "strings", "strip", "wish"];

/// Whether a program of this name that is called compiles, or tells where the headers lie: `gcc-12`, `x86_64-linux-gnu-gcc`, `pg_config`.
pub(super) fn is_compiler(name: &str) -> bool {
    // These belong to what slim images have, too.
    let own = ["apt-config", "php-config"].contains(&name) || name.starts_with("python");
    is_tool(name) || !own && (name.ends_with("-config") || name.ends_with("_config"))
}

/// The same for those that are known by their names.
pub(super) fn is_tool(name: &str) -> bool {
    let bare = name.rsplit_once("-linux-gnu-").map_or(name, |(_, bare)| bare);
    let bare = match bare.rsplit_once('-') {
        Some((start, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => start,
        _ => bare,
    };
    let tells = [
        "curl-config",
        "krb5-config",
        "libpng-config",
        "mariadb_config",
        "mysql_config",
        "pcre2-config",
        "pg_config",
        "xml2-config",
        "xslt-config",
    ];
    COMPILERS.contains(&bare) || ORDINARY_COMPILERS.contains(&bare) || tells.contains(&bare)
}

/// Images whose programs need nothing else (uv documentation, "Using uv in Docker").
pub(super) const ALONE: &[&str] = &["ghcr.io/astral-sh/uv"];

/// Packages that bring a compiler along.
pub(super) const BUILDERS: &[&str] = &["build-essential", "gcc", "g++"];

/// Ends of files that no loader looks at: archives of Java, pages, settings.
pub(super) const DATA: &[&str] = &[
    ".cer",
    ".cfg",
    ".conf",
    ".crt",
    ".css",
    ".ear",
    ".html",
    ".ini",
    ".jar",
    ".jks",
    ".json",
    ".md",
    ".p12",
    ".pem",
    ".properties",
    ".war",
    ".xml",
    ".yaml",
    ".yml",
];

/// Folders of headers and libraries, in which full images have what slim ones lack.
pub(super) const LIBRARIES: &[&str] = &[
    "/usr/include",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
];

/// Files that full images have beside their programs, as sources name them, with the packages that bring them.
pub(super) const OPENED: &[(&str, &str)] = &[
    ("/usr/share/fonts", "fonts-dejavu-core"),
    ("DejaVu", "fonts-dejavu-core"),
    ("/usr/share/mime", "shared-mime-info"),
    ("/etc/ImageMagick", "imagemagick"),
];

/// Folders that slim images leave out.
pub(super) const DOCUMENTATION: &[&str] = &[
    "/usr/share/doc",
    "/usr/share/groff",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/man",
];
/// Programs that show what lies there, and packages of their names.
pub(super) const READERS: &[&str] =
    &["groff", "info", "man", "man-db", "nroff", "texinfo", "troff"];
/// Whether an image stands on bookworm or a later release of Debian, where `update-alternatives` makes folders that are missing: by its
/// tag, or by the release that its tags stood on when they were last listed (docker-library/official-images).
pub(super) fn is_since_bookworm(image: &str) -> bool {
    let image = crate::compare::split::official(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let parts = || tag.split('-').filter(|part| *part != "slim");
    if parts().any(|part| matches!(part, "bookworm" | "trixie")) {
        return true;
    }
    let mut parts = parts();
    let version = parts.next().unwrap_or("latest");
    let listed: &[&str] = match name {
        "debian" => &["latest", "stable", "12", "13"],
        "node" => &["latest", "lts", "18", "20", "22", "24"],
        "python" => &["latest", "3", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"],
        "ruby" => &["latest", "3", "3.1", "3.2", "3.3", "3.4"],
        _ => &[],
    };
    parts.next().is_none() && listed.contains(&version)
}

/// Packages whose installation fails in some releases where the folders of manual pages are missing.
pub(super) const LINKS_PAGES: &[&str] =
    &["default-jdk", "default-jre", "ca-certificates-java", "openjdk-", "postgresql"];

/// Programs of the Java kit that the run-time environment lacks, and those that ask for the kit.
pub(super) const KIT: &[&str] = &[
    "ant",
    "bazel",
    "gradle",
    "gradlew",
    "groovyc",
    "jar",
    "jarsigner",
    "javac",
    "javadoc",
    "javap",
    "jcmd",
    "jconsole",
    "jdb",
    "jdeps",
    "jhsdb",
    "jinfo",
    "jlink",
    "jmap",
    "jmod",
    "jpackage",
    "jps",
    "jshell",
    "jstack",
    "jstat",
    "jstatd",
    "kotlinc",
    "lein",
    "mill",
    "mvn",
    "mvnw",
    "native-image",
    "sbt",
    "scala-cli",
    "scalac",
];
/// Parts of the kit that are no programs.
pub(super) const KIT_FILES: &[&str] = &["tools.jar", "jmods", "dt.jar", "src.zip"];

/// What run-time environments of openjdk have: they stand on buildpack-deps:curl, the kits on buildpack-deps:scm.
pub(super) const OF_OPENJDK: &[&str] = &[
    "bunzip2",
    "bzcat",
    "bzip2",
    "curl",
    "dirmngr",
    "fc-cache",
    "fc-list",
    "fc-match",
    "gpg",
    "gpg2",
    "gpgconf",
    "openssl",
    "unxz",
    "unzip",
    "update-ca-certificates",
    "wget",
    "xz",
    "xzcat",
    "zipinfo",
];
