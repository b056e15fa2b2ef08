//! What differs between two builds of one file, or may go without being missed: known by its path.

/// What a file is, if it says nothing about what the image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Noise {
    /// What a program keeps to be faster the next time.
    Cache,
    /// What programs wrote down while they ran.
    Log,
    /// Compiled from sources that stand beside it.
    ByteCode,
    /// Made anew for each container or build, or a copy of what was before.
    Transient,
    /// Books of package managers and of users, which hold dates and orders.
    Record,
}

impl Noise {
    /// In the plural.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Noise::Cache => "caches",
            Noise::Log => "logs",
            Noise::ByteCode => "byte code",
            Noise::Transient => "temporary files",
            Noise::Record => "records with dates",
        }
    }
}

/// Folders, each with all that is in it. `~` stands for every home, `**/` for any folder above.
const FOLDERS: [(&str, Noise); 34] = [
    ("var/cache", Noise::Cache),
    ("var/lib/apt", Noise::Cache),
    ("var/lib/dnf", Noise::Cache),
    ("var/lib/pacman/sync", Noise::Cache),
    ("etc/apk/cache", Noise::Cache),
    ("usr/local/share/.cache", Noise::Cache),
    ("usr/local/cargo/registry", Noise::Cache),
    ("usr/local/cargo/git", Noise::Cache),
    ("usr/local/bundle/cache", Noise::Cache),
    ("go/pkg/mod/cache", Noise::Cache),
    ("go/pkg/sumdb", Noise::Cache),
    ("~/.cache", Noise::Cache),
    ("~/.npm", Noise::Cache),
    ("~/.yarn", Noise::Cache),
    ("~/.cargo/registry", Noise::Cache),
    ("~/.bundle/cache", Noise::Cache),
    ("~/.composer/cache", Noise::Cache),
    ("~/.nuget", Noise::Cache),
    ("~/.local/share/pnpm/store", Noise::Cache),
    ("~/.local/share/NuGet", Noise::Cache),
    ("~/.gnupg", Noise::Transient),
    ("**/node_modules/.cache", Noise::Cache),
    ("var/log", Noise::Log),
    ("**/__pycache__", Noise::ByteCode),
    ("tmp", Noise::Transient),
    ("var/tmp", Noise::Transient),
    ("run", Noise::Transient),
    ("var/run", Noise::Transient),
    ("dev", Noise::Transient),
    ("proc", Noise::Transient),
    ("sys", Noise::Transient),
    ("var/lib/systemd", Noise::Record),
    ("var/lib/ucf", Noise::Record),
    ("var/lib/pam", Noise::Record),
];

/// Single files.
const FILES: [(&str, Noise); 31] = [
    ("etc/hostname", Noise::Transient),
    ("etc/hosts", Noise::Transient),
    ("etc/resolv.conf", Noise::Transient),
    ("etc/mtab", Noise::Transient),
    ("etc/machine-id", Noise::Transient),
    ("var/lib/dbus/machine-id", Noise::Transient),
    (".dockerenv", Noise::Transient),
    ("etc/.pwd.lock", Noise::Transient),
    ("etc/passwd-", Noise::Transient),
    ("etc/group-", Noise::Transient),
    ("etc/shadow-", Noise::Transient),
    ("etc/gshadow-", Noise::Transient),
    ("etc/subuid-", Noise::Transient),
    ("etc/subgid-", Noise::Transient),
    ("var/lib/dpkg/lock", Noise::Transient),
    ("var/lib/dpkg/lock-frontend", Noise::Transient),
    ("var/lib/dpkg/triggers/Lock", Noise::Transient),
    ("var/lib/dpkg/triggers/Unincorp", Noise::Transient),
    ("var/lib/dpkg/triggers/File", Noise::Record),
    ("var/lib/dpkg/status-old", Noise::Transient),
    ("var/lib/dpkg/diversions-old", Noise::Transient),
    ("var/lib/dpkg/statoverride-old", Noise::Transient),
    ("var/lib/dpkg/available", Noise::Transient),
    ("etc/ld.so.cache", Noise::Cache),
    ("etc/ssl/certs/java/cacerts", Noise::Record),
    ("usr/lib/locale/locale-archive", Noise::Record),
    ("usr/local/cargo/.package-cache", Noise::Cache),
    ("usr/local/cargo/.global-cache", Noise::Cache),
    ("~/.wget-hsts", Noise::Transient),
    ("~/.bash_history", Noise::Transient),
    ("~/.node_repl_history", Noise::Transient),
];

/// Files that are always there: only what is in them is a matter of dates and orders, and their absence says something.
const RECORDS: [&str; 3] = ["etc/shadow", "etc/gshadow", "var/lib/dpkg/status"];

/// Ends of names.
const ENDS: [(&str, Noise); 8] = [
    (".pyc", Noise::ByteCode),
    (".pyo", Noise::ByteCode),
    (".jsa", Noise::ByteCode),
    (".dist-info/RECORD", Noise::Record),
    ("/gem_make.out", Noise::Log),
    ("/mkmf.log", Noise::Log),
    ("node_modules/.package-lock.json", Noise::Record),
    ("node_modules/.yarn-integrity", Noise::Record),
];

/// Whether the file at `path` (without a slash in front) says nothing, and what it is. `in_both` tells whether both
/// images have it, so that only what is in it differs.
pub(crate) fn noise(path: &[u8], in_both: bool) -> Option<Noise> {
    let path = String::from_utf8_lossy(path);
    let path = path.as_ref();
    if in_both && RECORDS.contains(&path) {
        return Some(Noise::Record);
    }
    let folder = FOLDERS.iter().find(|(folder, _)| is_in(path, folder));
    let file = FILES.iter().find(|(file, _)| is_at(path, file));
    let end = ENDS.iter().find(|(end, _)| path.ends_with(end));
    folder.or(file).or(end).map(|(_, noise)| *noise)
}

fn is_in(path: &str, folder: &str) -> bool {
    if let Some(folder) = folder.strip_prefix("**/") {
        return format!("/{path}/").contains(&format!("/{folder}/"));
    }
    let inside = |rest: &str, folder: &str| {
        rest.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match folder.strip_prefix("~/") {
        Some(folder) => in_home(path).is_some_and(|rest| inside(rest, folder)),
        None => inside(path, folder),
    }
}

fn is_at(path: &str, file: &str) -> bool {
    match file.strip_prefix("~/") {
        Some(file) => in_home(path) == Some(file),
        None => path == file,
    }
}

/// The path inside of a home.
fn in_home(path: &str) -> Option<&str> {
    let user = || path.strip_prefix("home/")?.split_once('/').map(|(_, rest)| rest);
    path.strip_prefix("root/").or_else(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_known_by_its_path() {
        for (path, told) in [
            ("var/cache/apt/pkgcache.bin", Some(Noise::Cache)),
            ("var/cached", None),
            ("root/.cache", Some(Noise::Cache)),
            ("home/me/.npm/_logs/1", Some(Noise::Cache)),
            ("srv/.npm/x", None),
            ("srv/a/__pycache__/b.pyc", Some(Noise::ByteCode)),
            ("srv/node_modules/.cache/x", Some(Noise::Cache)),
            ("etc/passwd-", Some(Noise::Transient)),
            ("etc/passwd", None),
            ("usr/share/doc/curl/copyright", None),
        ] {
            assert_eq!(noise(path.as_bytes(), false), told, "{path}");
        }
        // That a book is gone is no matter of dates.
        assert_eq!(noise(b"var/lib/dpkg/status", false), None);
        assert_eq!(noise(b"var/lib/dpkg/status", true), Some(Noise::Record));
    }
}
