//! What Python's own server of files is told: the folder that it serves.
//!
//! Sources: Python, "http.server", its command line; "Command line and environment"; "site"; its Dockerfile, PATH.

use super::super::launch::{base_name, parent_of};
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::servers::{Named, Told, WebServer};
use crate::facts::{is_within, unquoted};

/// The words behind the interpreter that start it.
pub(super) const FIRST: &[&str] = &["-m", "http.server"];

/// The words behind options of the interpreter by which it only writes less, or at once.
pub(super) fn behind_options<W>(words: &[W], text: impl Fn(&W) -> Option<&str>) -> &[W] {
    let option = |word: &&W| matches!(text(word), Some("-u" | "-B"));
    &words[words.iter().take_while(option).count()..]
}

/// `python -m http.server PORT --directory FOLDER`; where no folder is named, it serves the one in which it starts.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    let mut root = ".";
    let mut words = behind_options(words, |word| Some(word)).strip_prefix(FIRST)?.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(n, v)| (n, Some(v)));
        match name {
            "--directory" | "-d" => root = value.or_else(|| words.next().copied())?,
            "--bind" | "-b" | "--protocol" | "-p" => {
                value.or_else(|| words.next().copied())?;
            }
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => {}
            _ => return None,
        }
    }
    Some(Told { settings: None, root: Some(root.to_owned()) })
}

/// It has no settings, but for the list of types.
pub(super) fn read(_: &str, _: &mut Vec<Named>) -> Result<(), String> {
    Err("a list of types".to_owned())
}

/// Variables of Python that lead it to no file.
const QUIET: &[&str] = &[
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONFAULTHANDLER",
    "PYTHONHASHSEED",
    "PYTHONIOENCODING",
    "PYTHONOPTIMIZE",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
];
/// Folders of programs that the system has, and Python's own first in its image.
const PATH: &[&str] =
    &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/// Modules that the server loads from where it starts first, if they are there.
const MODULES: &[&str] = &[
    "argparse",
    "base64",
    "bisect",
    "calendar",
    "contextlib",
    "copy",
    "copyreg",
    "datetime",
    "email",
    "enum",
    "fnmatch",
    "functools",
    "gettext",
    "heapq",
    "html",
    "http",
    "ipaddress",
    "keyword",
    "linecache",
    "locale",
    "mimetypes",
    "operator",
    "quopri",
    "random",
    "re",
    "reprlib",
    "runpy",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "socketserver",
    "ssl",
    "string",
    "struct",
    "tempfile",
    "textwrap",
    "threading",
    "token",
    "tokenize",
    "traceback",
    "types",
    "urllib",
    "warnings",
    "weakref",
];

/// Refuses an interpreter that is another one in the new base, and modules that it loads before it serves.
pub(super) fn is_alone(subject: &Subject<'_, '_>, server: &WebServer) -> Result<(), Obstacle> {
    let official = server.is_of_image(subject.image);
    let refused = |message: String| Err((&reasons::STATIC_SERVER, message));
    let own = if official { "/usr/local/bin" } else { "/usr/bin" };
    let programs = subject.launch.programs().flatten().filter(|program| server.starts(program));
    let mut elsewhere = programs.filter(|it| it.contains('/') && parent_of(it) != own);
    if let Some(program) = elsewhere.next() {
        return refused(format!("`{program}` is another Python than that of the image"));
    }
    let settings =
        subject.stage.steps.last().map_or(&[][..], |step| step.state.settings.as_slice());
    for setting in settings.iter().filter(|setting| !setting.is_argument) {
        let name = setting.name.as_ref();
        let value = setting.value.as_deref().map(unquoted).unwrap_or_default();
        if name == "PATH" && !leads_to(&value, own) {
            return refused("PATH may lead to another Python".to_owned());
        }
        if name.starts_with("PYTHON") && !QUIET.contains(&name) {
            return refused(format!("{name} may have Python load more"));
        }
    }
    let context = subject.context.into_iter().flat_map(|context| context.entries());
    let mut hooks = context.map(|(path, _)| path).filter(|path| {
        matches!(base_name(path), "sitecustomize.py" | "usercustomize.py") || path.ends_with(".pth")
    });
    if let Some(path) = hooks.next() {
        return refused(format!("Python may load {path} when it starts"));
    }
    let mut brought = subject.copied.iter().flat_map(|copied| &copied.brings).map(|one| &one.place);
    let of_python = |place: &&String| {
        let name = base_name(place);
        is_within(place, "/usr/local/lib")
            || is_within(place, "/usr/lib")
            || name.starts_with("python") && PATH.contains(&parent_of(place))
    };
    if let Some(place) = brought.find(of_python) {
        return refused(format!("`{place}` may be of Python itself"));
    }
    let here = subject.folder.as_deref().unwrap_or("/").trim_end_matches('/');
    let module = MODULES.iter().find(|name| {
        let own = [format!("{here}/{name}.py"), format!("{here}/{name}/__init__.py")];
        own.iter().any(|path| subject.source_text(path).is_some())
    });
    match module {
        Some(name) => refused(format!("Python may load the module {name} of the project")),
        None => Ok(()),
    }
}

/// Whether a value of PATH leads to the programs of a folder before those of others by the same names.
fn leads_to(value: &str, own: &str) -> bool {
    let mut folders = value.split(':');
    let first =
        folders.find(|folder| !matches!(*folder, "/usr/local/sbin" | "/usr/sbin" | "/sbin"));
    let debian = own == "/usr/bin" && matches!(first, Some("/usr/local/bin" | "/bin"));
    first.is_some_and(|folder| folder == own || folder == "$PATH" || folder == "${PATH}") || debian
}

#[cfg(test)]
mod tests {
    use super::{leads_to, told};

    fn root(words: &str) -> Option<String> {
        let words: Vec<&str> = words.split(' ').collect();
        told(&words)?.root
    }

    #[test]
    fn the_folder_is_named_or_the_one_in_which_it_starts() {
        assert_eq!(root("-m http.server 8000 --directory site").as_deref(), Some("site"));
        assert_eq!(root("-m http.server -b 0.0.0.0 --directory=/srv 80").as_deref(), Some("/srv"));
        assert_eq!(root("-m http.server").as_deref(), Some("."));
        assert_eq!(root("-u -m http.server").as_deref(), Some("."));
        assert_eq!(root("-i -m http.server"), None);
        assert_eq!(root("-m http.server --cgi"), None);
        assert_eq!(root("-m http.server --directory"), None);
        assert_eq!(root("app.py"), None);
    }

    #[test]
    fn path_leads_to_the_own_folder_first() {
        assert!(leads_to("$PATH:/x", "/usr/local/bin"));
        assert!(leads_to("/usr/local/sbin:/usr/local/bin:/bin", "/usr/local/bin"));
        assert!(leads_to("/usr/local/bin:/usr/bin", "/usr/bin"));
        assert!(!leads_to("/usr/bin:/bin:/usr/local/bin", "/usr/local/bin"));
        assert!(!leads_to("/docs/bin:$PATH", "/usr/local/bin"));
    }
}
