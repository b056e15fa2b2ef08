//! What Python's server of files is told.
//!
//! Sources: Python, "http.server", "Command-line interface"; "Command line and environment"; "site".

use super::servers::Path;
use crate::compare::folders::is_within;
use crate::compare::split::runtime::Runtime;
use crate::compare::split::started::commands;
use crate::program::Action;

/// How a command of it begins, behind the interpreter.
pub(super) const MODULE: [&str; 2] = ["-m", "http.server"];

/// Options in front of that, of which the server knows nothing: its output is not kept back, and nothing is compiled.
pub(super) const BEFORE: [&str; 2] = ["-B", "-u"];

/// The folder that it serves: one that is named, or where it starts.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let start = words.iter().position(|word| !BEFORE.contains(word))?;
    let text = words[start..].strip_prefix(&MODULE)?.join(" ").replace('=', " ");
    let mut words = text.split_whitespace();
    let mut folder = ".".to_owned();
    while let Some(word) = words.next() {
        match word {
            "-d" | "--directory" => folder = words.next()?.to_owned(),
            "-b" | "--bind" | "-p" | "--protocol" => drop(words.next()?),
            port if port.parse::<u16>().is_ok() => {}
            _ => return None,
        }
    }
    Some(vec![Path::Of(folder)])
}

/// What a text tells it is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    Err(text.lines().next().unwrap_or_default().to_owned())
}

/// Where the system and the image of Python have programs that take no part in what Python is found.
const WITHOUT: &str = " /usr/local/sbin /usr/sbin /sbin ";
/// Variables that change how Python runs, and not what it loads.
const PLAIN: &str = " PYTHONDONTWRITEBYTECODE PYTHONFAULTHANDLER PYTHONHASHSEED PYTHONIOENCODING PYTHONOPTIMIZE PYTHONUNBUFFERED PYTHONUTF8 ";
/// What the server imports by names that are not loaded yet when it starts.
const IMPORTED: &str = "argparse base64 bisect calendar contextlib copy copyreg datetime email enum fnmatch functools gettext heapq html http \
    ipaddress keyword linecache locale mimetypes operator quopri random re reprlib runpy select selectors shutil signal socket socketserver ssl \
    string struct tempfile textwrap threading token tokenize traceback types urllib warnings weakref";

impl Runtime<'_, '_> {
    /// Whether the Python that starts is that of the new base, and loads nothing but what is its own.
    pub(super) fn python_is_plain(&self, of_image: bool) -> Result<(), String> {
        let own = if of_image { "/usr/local/bin" } else { "/usr/bin" };
        for start in self.new.configuration.starts()[..2].iter().flatten() {
            for words in commands(start) {
                let folder = words.first().and_then(|word| word.rsplit_once('/'));
                if folder.is_some_and(|(folder, _)| folder != own) {
                    return Err(format!("the new base may have no {}", words[0]));
                }
            }
        }
        let environment = &self.new.configuration.environment;
        if let Some(path) = environment.get("PATH") {
            let mut folders = path.split(':');
            let first = folders.find(|it| !WITHOUT.contains(&format!(" {it} ")));
            let first = first.unwrap_or_default();
            let of_base = !first.starts_with('/') && first.contains("PATH");
            let debian = !of_image && ["/bin", "/usr/local/bin"].contains(&first);
            if first != own && !of_base && !debian {
                return Err(format!("PATH leads to {first}, where another Python may be"));
            }
        }
        let loads =
            |name: &&String| name.starts_with("PYTHON") && !PLAIN.contains(&format!(" {name} "));
        if let Some(name) = environment.keys().find(loads) {
            return Err(format!("{name} may have Python load what is not copied"));
        }
        let hook = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.ends_with(".pth") || ["sitecustomize.py", "usercustomize.py"].contains(&name)
        };
        let mut paths = self.context.into_iter().flat_map(|it| it.entries()).map(|(path, _)| path);
        if let Some(path) = paths.find(|path| hook(path)) {
            return Err(format!("Python may load {path}"));
        }
        for step in &self.old.steps {
            let Action::Copy(copy) = &step.action else { continue };
            let target = self.folder(&copy.destination).unwrap_or_default();
            let program = ["/usr/bin/python", "/usr/local/bin/python"];
            let library = ["/usr/lib", "/usr/local/lib"];
            if library.iter().any(|folder| is_within(&target, folder))
                || program.iter().any(|start| target.starts_with(start))
            {
                return Err(format!("{target} may be a part of Python"));
            }
        }
        let here = self.folder(&self.new.configuration.directory).unwrap_or_default();
        let mut modules = IMPORTED.split_whitespace();
        let own = |name: &&str| {
            let files = ["py", "init"].map(|kind| match kind {
                "py" => format!("{here}/{name}.py"),
                _ => format!("{here}/{name}/__init__.py"),
            });
            files.iter().any(|file| self.text_at(file).is_some())
        };
        match modules.find(own) {
            Some(name) => Err(format!("Python would load {name} of the project")),
            None => Ok(()),
        }
    }
}
