//! Programs that write pages: where each puts them.
//!
//! Sources: the page of the command line of each program (mkdocs, sphinx-build, pelican, hugo, jekyll, zola, mdbook, nikola, lektor, pandoc,
//! asciidoctor, sassc, docutils).

use super::super::effects::{Done, Effect, holds_others};
use super::super::launch::{base_name, parent_of};
use super::super::subject::Subject;
use super::super::variables::words;
use crate::facts::{Outcome, absolute, is_within, outcome};

/// A program that writes pages.
struct Generator {
    name: &'static str,
    /// What it is told to do; nothing where it does nothing else.
    verbs: &'static [&'static str],
    /// The options that say where the pages go.
    outputs: &'static [&'static str],
    /// The folders that it writes to where none does.
    usual: &'static [&'static str],
    /// Options with a word of their own, where the second operand says where the pages go.
    second: Option<&'static [&'static str]>,
}

const GENERATORS: &[Generator] = &[
    row("mkdocs", &["build"], &["-d", "--site-dir"], &["site"]),
    to_second("sphinx-build", &["-A", "-D", "-b", "-c", "-d", "-j", "-t", "-w"]),
    to_second("rst2html", &[]),
    to_second(
        "sassc",
        &["--load-path", "--plugin-path", "--precision", "--style", "-I", "-P", "-p", "-t"],
    ),
    row("pelican", &[], &["-o", "--output"], &["output"]),
    row("hugo", &["build"], &["-d", "--destination"], &["public"]),
    row("jekyll", &["build", "b"], &["-d", "--destination"], &["_site"]),
    row("zola", &["build"], &["-o", "--output-dir"], &["public"]),
    row("mdbook", &["build"], &["-d", "--dest-dir"], &["book"]),
    row("nikola", &["build"], &[], &["output"]),
    row("lektor", &["build"], &["-O", "--output-path"], &[]),
    row("pandoc", &[], &["-o", "--output"], &[]),
    row("asciidoctor", &[], &["-D", "--destination-dir", "-o", "--out-file"], &[]),
];

const fn row(
    name: &'static str,
    verbs: &'static [&'static str],
    outputs: &'static [&'static str],
    usual: &'static [&'static str],
) -> Generator {
    Generator { name, verbs, outputs, usual, second: None }
}

const fn to_second(name: &'static str, with_words: &'static [&'static str]) -> Generator {
    Generator { name, verbs: &[], outputs: &[], usual: &[], second: Some(with_words) }
}

/// What stays and serves the pages, or starts anew with each change.
const SERVES: &[&str] = &[
    "serve",
    "server",
    "s",
    "livereload",
    "--watch",
    "-w",
    "-l",
    "--listen",
    "-r",
    "--autoreload",
    "auto",
];

/// What hands its words on to the program behind it.
const IN_FRONT: &[&str] = &["bundle", "exec", "poetry", "pipenv", "uv", "pdm", "run", "-m"];

/// Files that say to such programs where their pages go.
const TOLD: &[&str] = &[
    "Makefile",
    "_config.yml",
    "book.toml",
    "conf.py",
    "config.toml",
    "hugo.toml",
    "hugo.yaml",
    "mkdocs.yaml",
    "mkdocs.yml",
    "pelicanconf.py",
    "publishconf.py",
];

/// Names of folders to which rules of make and scripts of projects write, by the templates of sphinx and common habit.
const OF_RULES: &[&str] = &["_build", "build", "dist", "html", "output", "public", "site", "_site"];

/// What a command that writes pages is known to leave.
pub(super) struct Pages {
    /// Paths that its words name, outside of its own folder or in it.
    pub(super) paths: Vec<String>,
    /// The folder that it runs in.
    pub(super) folder: Option<String>,
    /// Whether rules say where it writes, and not itself.
    rules: bool,
    /// Names of folders to which it may write in the project besides.
    pub(super) usual: Vec<&'static str>,
    /// The text of the script of the project that writes them.
    pub(super) script: Option<String>,
}

/// What a command leaves that writes pages; `None` if it is none of those that are known.
pub(super) fn pages(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<Pages> {
    let step = &subject.stage.steps[done.step];
    // What may fail unseen may have left nothing.
    if outcome(subject.build.dockerfile, step, done.command) != Outcome::Decides {
        return None;
    }
    let words = words(subject.build.dockerfile, step, subject.image, done.command);
    let words: Vec<&str> = words.iter().map(|word| word.as_deref()).collect::<Option<_>>()?;
    let folder = done.folder.as_deref();
    if is_make(done) {
        let at = words.iter().position(|word| *word == "-C");
        let there = match at {
            Some(at) => absolute(words.get(at + 1)?, folder),
            None => done.folder.clone(),
        }?;
        let names = ["GNUmakefile", "makefile", "Makefile"];
        let rules =
            names.iter().find_map(|name| subject.source_text(&format!("{there}/{name}")))?;
        let paths = words.iter().filter_map(|word| absolute(word.split_once('=')?.1, folder));
        let elsewhere = words.iter().any(|word| {
            word.starts_with("install") || word.starts_with("-f") || word.starts_with("--")
        });
        let known = !elsewhere && !rules.contains("/etc");
        let (usual, paths) = (OF_RULES.to_vec(), paths.collect());
        let pages = Pages { paths, usual, script: None, folder: done.folder.clone(), rules: true };
        return known.then_some(pages);
    }
    let named = |word: &&str| {
        let name = base_name(word);
        let name = match name {
            "sphinx" => "sphinx-build",
            "rst2html.py" | "rst2html5" | "rst2html5.py" => "rst2html",
            name => name,
        };
        GENERATORS.iter().find(|row| row.name == name)
    };
    let interpreter =
        |word: &str| base_name(word).starts_with("python") || base_name(word) == "ruby";
    let front = words
        .iter()
        .take_while(|word| named(word).is_none() && (IN_FRONT.contains(word) || interpreter(word)));
    let (_, rest) = words.split_at(front.count());
    let (first, rest) = rest.split_first()?;
    if rest.iter().any(|word| SERVES.contains(word)) {
        return None;
    }
    let Some(generator) = named(first) else {
        return script(subject, done, &words).filter(|_| interpreter(words[0]));
    };
    let verb = rest.iter().find(|word| !word.starts_with('-'));
    let told = generator.verbs.is_empty()
        || verb.is_some_and(|verb| generator.verbs.contains(verb))
        || generator.name == "hugo" && matches!(rest.first(), None | Some(&""))
        || generator.name == "hugo" && rest.first().is_some_and(|word| word.starts_with('-'));
    if !told {
        return None;
    }
    let mut paths = Vec::new();
    if let Some(with_words) = generator.second {
        paths.push(second(rest, with_words, folder)?);
    }
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        at += 1;
        let flag = generator.outputs.iter().find(|flag| {
            let behind = word.strip_prefix(**flag);
            behind.is_some_and(|behind| {
                behind.is_empty() || behind.starts_with('=') || !flag.starts_with("--")
            })
        });
        let Some(flag) = flag else { continue };
        let joined = word[flag.len()..].trim_start_matches('=');
        let value = if joined.is_empty() {
            at += 1;
            *rest.get(at - 1)?
        } else {
            joined
        };
        paths.push(absolute(value, folder)?);
    }
    let (usual, folder) = (generator.usual.to_vec(), done.folder.clone());
    Some(Pages { paths, usual, script: None, folder, rules: false })
}

/// Whether a command has rules of a project, or of what it has fetched, done.
pub(super) fn is_make(done: &Done<'_, '_>) -> bool {
    let name = done.command.program_name().map(base_name);
    matches!(name, Some("make" | "gmake" | "cmake" | "ninja" | "meson"))
}

/// What the second operand names: `sphinx-build SOURCE OUTPUT`, or below it by `-M`.
fn second(words: &[&str], with_words: &[&str], folder: Option<&str>) -> Option<String> {
    let mut operands = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if with_words.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            operands.push(*word);
        } else if *word == "-M" {
            words.next();
        }
    }
    absolute(operands.get(1)?, folder)
}

/// A script of the project, whose text says where it writes.
fn script(subject: &Subject<'_, '_>, done: &Done<'_, '_>, words: &[&str]) -> Option<Pages> {
    let [_, script, arguments @ ..] = words else { return None };
    let place = absolute(script, done.folder.as_deref())?;
    let text = subject.source_text(&place)?;
    // What it writes for the system, or starts, nobody sees.
    let signs =
        ["/etc", "/var/lib", "chdir", "subprocess", "os.system", "popen", "Popen", "system(", "`"];
    let known = !signs.iter().any(|sign| text.contains(sign))
        && [".py", ".rb"].iter().any(|end| script.ends_with(end));
    let paths = arguments.iter().filter(|word| word.starts_with('/'));
    let paths = paths.filter_map(|word| absolute(word, None)).collect();
    let folder = done.folder.clone();
    let script = Some(text.to_owned());
    known.then(|| Pages { paths, usual: Vec::new(), script, folder, rules: false })
}

/// Whether a command writes pages, or installs or compiles what does.
pub(super) fn makes(subject: &Subject<'_, '_>) -> bool {
    subject.done.iter().any(|done| {
        matches!(done.effect, Effect::Packages(_) | Effect::Builds)
            || matches!(done.effect, Effect::Unknown(_)) && pages(subject, done).is_some()
    })
}

/// What has to be copied so that a path is there that the web server is told of, where it surely is when all is built: a command names it,
/// or writes to such a folder.
pub(super) fn source(subject: &Subject<'_, '_>, all: &[Pages], root: &str) -> Option<String> {
    let mut paths: Vec<&String> = Vec::new();
    let mut manages = false;
    for done in &subject.done {
        match &done.effect {
            Effect::Writes(written) | Effect::MakesFolder(written) => paths.extend(written),
            Effect::Packages("npm" | "yarn" | "pnpm") => manages = true,
            _ => {}
        }
    }
    paths.extend(all.iter().flat_map(|pages| &pages.paths));
    if subject.brings(root) || paths.iter().any(|path| is_within(path, root)) {
        return Some(root.to_owned());
    }
    let above = paths.into_iter().filter(|path| is_within(root, path) && !holds_others(path));
    if let Some(path) = above.max_by_key(|path| path.len()) {
        return Some(path.clone());
    }
    let name = base_name(root);
    let named = |text: &str| {
        let other = |c: char| !(c.is_alphanumeric() || "_-.".contains(c));
        text.split(other).any(|word| word == name)
    };
    let beside = subject.brings(parent_of(root));
    let usual = all.iter().any(|pages| {
        let here = pages.folder.as_deref() == Some(parent_of(root));
        let writes = pages.usual.contains(&name) && (here || beside || pages.rules);
        writes || pages.script.as_deref().is_some_and(named)
    });
    let files = subject.context.into_iter().flat_map(|context| {
        let files = context.entries().filter(|(path, _)| TOLD.contains(&base_name(path)));
        files.filter_map(|(path, _)| context.text(path))
    });
    let told = { files }.any(named);
    // What a script of a package makes lies in a folder of the project, by whatever name its own settings give.
    let project = subject.folder.as_deref().filter(|folder| !holds_others(folder));
    let made = manages && project.is_some_and(|folder| is_within(root, folder));
    (usual || told || made).then(|| root.to_owned())
}
