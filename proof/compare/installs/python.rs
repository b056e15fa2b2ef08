//! pip: lists of requirements, with those that they include.
//!
//! <https://pip.pypa.io/en/stable/reference/requirements-file-format/>

use dockslim_contract::ContextKind;

use super::super::folders::absolute;
use super::super::pip;
use super::{Files, Install, setuptools};

/// Options of pip with an argument that names no file, and those without one that change nothing of what it reads.
const PIP_ARGUMENTS: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--progress-bar",
    "--no-binary",
    "--only-binary",
    "--upgrade-strategy",
    "--root-user-action",
    "--use-feature",
    "--use-deprecated",
];
const PIP_FLAGS: &[&str] = &[
    "--no-cache-dir",
    "--no-cache",
    "--upgrade",
    "-U",
    "--quiet",
    "-q",
    "-qq",
    "--verbose",
    "-v",
    "--user",
    "--pre",
    "--no-deps",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--prefer-binary",
    "--no-compile",
    "--compile",
    "--no-input",
    "--break-system-packages",
    "--ignore-installed",
    "-I",
    "--force-reinstall",
    "--no-build-isolation",
    "--require-hashes",
    "--no-color",
    "--no-python-version-warning",
    "--no-index",
];

/// Modules of Python's own library, and pip itself: `python -m pip` imports one of these from the folder it runs in if that has one
/// (Python documentation, "sys.path").
pub(super) const MODULES: &[&str] = &[
    "abc",
    "ast",
    "base64",
    "bisect",
    "calendar",
    "cgi",
    "cmd",
    "code",
    "codecs",
    "collections",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "distutils",
    "email",
    "enum",
    "fractions",
    "functools",
    "getpass",
    "gettext",
    "glob",
    "hashlib",
    "heapq",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "mimetypes",
    "netrc",
    "numbers",
    "operator",
    "optparse",
    "os",
    "pathlib",
    "pickle",
    "pip",
    "pkgutil",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "select",
    "selectors",
    "setuptools",
    "shlex",
    "shutil",
    "signal",
    "site",
    "socket",
    "ssl",
    "stat",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "sysconfig",
    "tarfile",
    "tempfile",
    "textwrap",
    "threading",
    "token",
    "tokenize",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "xmlrpc",
    "zipfile",
];

/// What `python -m pip` touches.
pub(super) fn module(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let place = |name: &str, end: &str| format!("{}/{name}{end}", here.trim_end_matches('/'));
    let hidden = MODULES.iter().any(|name| {
        files.exists(&place(name, ".py")) || files.exists(&place(name, "/__init__.py"))
    });
    if hidden { None } else { pip(words, here, files) }
}

/// What a call of pip touches; `words` stand behind the program.
pub(super) fn pip(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    if words == ["cache", "purge"] {
        return Some(Install::default());
    }
    let all = words;
    let mut words = words.iter().skip_while(|word| PIP_FLAGS.contains(word)).copied();
    if words.next() != Some("install") {
        return None;
    }
    if is_told_more(files) {
        return None;
    }
    let mut install = Install::default();
    // distutils reads it where pip runs.
    let settings = format!("{}/setup.cfg", here.trim_end_matches('/'));
    if files.exists(&settings) && files.text(&settings).is_none_or(|text| text.contains("install]"))
    {
        return None;
    }
    let isolated = !all.contains(&"--no-build-isolation");
    while let Some(word) = words.next() {
        let (name, value) = word
            .split_once('=')
            .filter(|_| word.starts_with("--"))
            .map_or((word, None), |(n, v)| (n, Some(v)));
        match name {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                requirements(value.or_else(|| words.next())?, here, files, &mut install)?;
            }
            _ if PIP_ARGUMENTS.contains(&name) => {
                value.or_else(|| words.next())?;
            }
            _ if PIP_FLAGS.contains(&word) => {}
            _ if word.starts_with('-') => return None,
            _ if is_local(word) => {
                let packed = [".whl", ".zip", ".gz", ".tgz", ".bz2"];
                let folder = word == "." || word.contains('/');
                if !folder || packed.iter().any(|end| word.ends_with(end)) {
                    return None;
                }
                setuptools::project(word, here, isolated, files, &mut install)?;
            }
            _ => {}
        }
    }
    Some(install)
}

/// Whether settings or variables tell pip of more than its words do.
fn is_told_more(files: &impl Files) -> bool {
    let told = |place: &String| files.text(place).is_none_or(|text| !pip::only_fetches(text));
    let mut settings = files
        .places()
        .into_iter()
        .filter(|(place, kind)| {
            *kind == ContextKind::File && place.rsplit('/').next() == Some("pip.conf")
        })
        .map(|(place, _)| place);
    settings.any(|place| told(&place))
        || files.variables().iter().any(|name| pip::is_led_by(name))
        || files.calls().into_iter().any(pip::sets_more)
}

/// Follows a list of requirements.
pub(super) fn requirements(
    list: &str,
    here: &str,
    files: &impl Files,
    install: &mut Install,
) -> Option<()> {
    let place = absolute(list, here, None).filter(|_| !list.contains("://"))?;
    if install.manifests.contains(&place) {
        return Some(());
    }
    let text = files.text(&place)?;
    install.manifests.push(place.clone());
    let folder = place.rsplit_once('/').map_or("/", |(folder, _)| folder);
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
        match word {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                requirements(rest.trim(), folder, files, install)?
            }
            _ if line.starts_with("-r") || line.starts_with("-c") => {
                requirements(&line[2..], folder, files, install)?
            }
            "-i" | "--index-url" | "--extra-index-url" | "--trusted-host" | "--pre"
            | "--no-binary" | "--only-binary" | "--prefer-binary" => {}
            _ if line.starts_with('-') || is_local(line) => return None,
            _ => {}
        }
    }
    Some(())
}

/// Whether a requirement may be a file or folder: it begins with a dot, has a slash or `@`, or ends like an archive.
pub(super) fn is_local(requirement: &str) -> bool {
    let address = requirement.split(" @ ").last().unwrap_or_default();
    let remote = ["https://", "http://", "git+https://", "git+http://", "git+ssh://"];
    if remote.iter().any(|scheme| address.starts_with(scheme)) {
        return false;
    }
    let name = requirement.split([';', ' ']).next().unwrap_or_default();
    name.starts_with('.')
        || requirement.contains('@')
        || name.contains(['/', '\\', ':'])
        || [".whl", ".zip", ".gz", ".tgz", ".bz2", ".txt"].iter().any(|end| name.contains(end))
}
