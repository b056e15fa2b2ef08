//! Packages of headers that go with compilers that nothing builds with (the package indexes of Debian and Ubuntu, "Depends" and "Recommends").

use super::{NONE, Tool, tool};

/// A package of headers of Debian.
pub(super) struct Headers {
    pub(super) tool: Tool,
    /// Programs that come along by recommendations.
    pub(super) along: &'static [&'static str],
    /// Texts, in small letters, that lead to something else of what comes along so.
    pub(super) leads: &'static [&'static str],
    /// What is needed later, by parts of tags; an empty part fits all, and `known` the releases whose libraries have these names.
    stays: &'static [(&'static str, &'static [&'static str])],
}

const fn library(
    name: &'static str,
    programs: &'static [&'static str],
    stays: &'static [(&'static str, &'static [&'static str])],
) -> Headers {
    Headers { tool: tool(name, NONE, None, programs), along: &[], leads: &[], stays }
}

const OF_PHP: &[&str] = &[
    "autoconf",
    "autoreconf",
    "automake",
    "aclocal",
    "file",
    "libtool",
    "libtoolize",
    "m4",
    "openssl",
    "php-config",
    "phpize",
    "pkg-config",
    "shtool",
];
const ALONG_PHP: &[&str] = &[
    "apache2",
    "apache2ctl",
    "apachectl",
    "column",
    "curl",
    "dh",
    "envsubst",
    "fuser",
    "gettext",
    "groff",
    "hexdump",
    "killall",
    "man",
    "msgfmt",
    "pear",
    "pecl",
    "pgrep",
    "pkill",
    "ps",
    "pstree",
    "top",
    "uptime",
    "vmstat",
    "watch",
    "xgettext",
];
/// Of php-xml, php-pear and ca-certificates, in small letters.
const LEADS_OF_PHP: &[&str] = &[
    "curl_",
    "dom\\",
    "dom_",
    "ext-",
    "file_get_contents($",
    "file_get_contents(get",
    "fopen($",
    "fopen(get",
    "include",
    "require",
    "stream_",
    "domattr",
    "domdocument",
    "domelement",
    "domimplementation",
    "domnode",
    "domxpath",
    "https://",
    "pear",
    "simplexml",
    "ssl://",
    "tls://",
    "xml_",
    "xmlreader",
    "xmlwriter",
    "xslt",
];

/// The releases whose libraries have the names that are known here.
const RELEASES: &[&str] = &[
    "bullseye", "11", "bookworm", "12", "trixie", "13", "focal", "20.04", "jammy", "22.04",
    "noble", "24.04",
];

const HEADERS: &[Headers] = &[
    library("ruby-dev", &["ri"], &[("", &["ruby"])]),
    library("ruby-full", &["ri"], &[("", &["ruby"])]),
    Headers {
        tool: tool("php-dev", NONE, None, OF_PHP),
        along: ALONG_PHP,
        leads: LEADS_OF_PHP,
        stays: &[("", &["php-cli"])],
    },
    library("libcurl4-openssl-dev", &["curl-config"], &[("known", &["libcurl4"])]),
    library(
        "libffi-dev",
        &[],
        &[
            ("bullseye", &["libffi7"]),
            ("11", &["libffi7"]),
            ("bookworm", &["libffi8"]),
            ("12", &["libffi8"]),
            ("trixie", &["libffi8"]),
            ("13", &["libffi8"]),
            ("22.04", &["libffi8"]),
            ("24.04", &["libffi8"]),
        ],
    ),
    library("libgmp-dev", &[], &[("known", &["libgmp10", "libgmpxx4ldbl"])]),
    library("libpq-dev", &["pg_config"], &[("known", &["libpq5"])]),
    library(
        "libreadline-dev",
        &["ncurses6-config"],
        &[
            ("bullseye", &["libreadline8"]),
            ("11", &["libreadline8"]),
            ("bookworm", &["libreadline8"]),
            ("12", &["libreadline8"]),
            ("trixie", &["libreadline8"]),
            ("13", &["libreadline8"]),
        ],
    ),
    library("libsqlite3-dev", &[], &[("known", &["libsqlite3-0"])]),
    library(
        "libssl-dev",
        &[],
        &[
            ("bullseye", &["libssl1.1"]),
            ("11", &["libssl1.1"]),
            ("bookworm", &["libssl3"]),
            ("12", &["libssl3"]),
            ("trixie", &["libssl3"]),
            ("13", &["libssl3"]),
            ("22.04", &["libssl3"]),
            ("24.04", &["libssl3"]),
        ],
    ),
    library(
        "libxml2-dev",
        &["xml2-config", "icuinfo", "uconv"],
        &[
            ("bullseye", &["libxml2"]),
            ("11", &["libxml2"]),
            ("bookworm", &["libxml2"]),
            ("12", &["libxml2"]),
            ("trixie", &["libxml2"]),
            ("13", &["libxml2"]),
            ("22.04", &["libxml2"]),
            ("24.04", &["libxml2"]),
        ],
    ),
    library("libxslt1-dev", &["xslt-config", "xml2-config"], &[("known", &["libxslt1.1"])]),
    library("libyaml-dev", &[], &[("known", &["libyaml-0-2"])]),
    library("zlib1g-dev", &[], &[("known", &["zlib1g"])]),
];

impl Headers {
    /// What of it is needed later, on an image; `None` if that is not known.
    pub(super) fn stays(&self, image: &str) -> Option<&'static [&'static str]> {
        let tag = image.split('@').next().unwrap_or(image);
        let tag = tag.rsplit_once(':').map_or("", |(_, tag)| tag);
        let has = |part: &str| {
            tag.split('-').any(|one| one == part || one.starts_with(&format!("{part}.")))
        };
        let fits = |part: &str| match part {
            "known" => RELEASES.iter().any(|release| has(release)),
            part => part.is_empty() || has(part),
        };
        self.stays.iter().find(|(part, _)| fits(part)).map(|(_, names)| *names)
    }
}

/// The row of a package of headers.
pub(super) fn headers_named(name: &str) -> Option<&'static Headers> {
    HEADERS.iter().find(|row| row.tool.name == name)
}
