//! Programs that packages bring under other names than their own.
//!
//! Source: the lists of files of the packages of Debian 11 to 13 and Ubuntu 22.04 and 24.04 (packages.debian.org, packages.ubuntu.com).

/// Packages, and what they bring below `/usr/bin`, `/usr/sbin` or `/bin`.
const BROUGHT: &[(&str, &[&str])] = &[
    ("apache2-utils", &["ab", "htpasswd", "rotatelogs"]),
    ("bind9-dnsutils", &["delv", "dig", "nslookup", "nsupdate"]),
    ("bind9-host", &["host"]),
    ("bsdutils", &["logger", "renice", "script", "scriptreplay", "wall"]),
    ("default-mysql-client", MYSQL),
    ("dnsutils", &["delv", "dig", "nslookup", "nsupdate"]),
    ("gettext-base", &["envsubst", "ngettext"]),
    ("ghostscript", &["gs", "ps2pdf"]),
    ("gnupg", &["gpg"]),
    ("inotify-tools", &["inotifywait", "inotifywatch"]),
    ("iproute2", &["ip", "ss", "tc"]),
    ("iputils-ping", &["ping"]),
    ("ldap-utils", &["ldapmodify", "ldapsearch", "ldapwhoami"]),
    ("mariadb-client", MYSQL),
    ("mosquitto-clients", &["mosquitto_pub", "mosquitto_sub"]),
    ("net-tools", &["ifconfig", "netstat", "route"]),
    ("netcat-openbsd", &["nc", "netcat"]),
    ("netcat-traditional", &["nc", "netcat"]),
    (
        "openssh-client",
        &["scp", "sftp", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"],
    ),
    ("poppler-utils", &["pdfinfo", "pdftoppm", "pdftotext"]),
    ("postgresql-client", POSTGRES),
    ("psmisc", &["fuser", "killall", "pstree"]),
    ("redis-tools", &["redis-benchmark", "redis-cli"]),
    ("xz-utils", &["unxz", "xz", "xzcat"]),
];
const MYSQL: &[&str] = &["mariadb", "mysql", "mysqladmin", "mysqlcheck", "mysqldump"];
const POSTGRES: &[&str] = &[
    "clusterdb",
    "createdb",
    "createuser",
    "dropdb",
    "dropuser",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "pg_restore",
    "psql",
    "reindexdb",
    "vacuumdb",
];

/// Whether a package brings a program that is called by this name.
pub(super) fn brings(package: &str, name: &str) -> bool {
    let versioned = package.strip_prefix("postgresql-client-").is_some_and(|version| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
    });
    let package = if versioned { "postgresql-client" } else { package };
    BROUGHT.iter().any(|(one, programs)| *one == package && programs.contains(&name))
}
