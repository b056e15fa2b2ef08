//! Files of a project that call compilers, or what comes along with them.

use dockslim_contract::{BuildContext, ContextKind};

use super::{Readers, Use, by_text};
use crate::knowledge::compiling_call;

/// Ends of files that nothing runs.
const READ_BY_NOBODY: &[&str] = &[".csv", ".html", ".lock", ".md", ".rst", ".txt"];
/// Ends of sources whose commands stand between quotes.
const CODE: &[&str] = &[".cjs", ".js", ".mjs", ".php", ".py", ".rb", ".ts"];

/// Programs that come with the compilers, with the packages that have them: dpkg-dev unpacks, patches and asks who signed (Debian's package
/// index).
const BROUGHT: &[(&str, &[&str])] = &[
    ("bzip2", &["bunzip2", "bzcat", "bzip2"]),
    ("fakeroot", &["fakeroot"]),
    ("gnupg", &["apt-key", "dirmngr", "gpg", "gpg-agent", "gpg2", "gpgconf", "gpgv"]),
    ("patch", &["patch"]),
    ("perl", &["perl", "prove", "shasum"]),
    ("procps", &["free", "pgrep", "pkill", "ps", "top", "uptime", "vmstat", "watch"]),
    ("python3-dev", &["python3-config"]),
    ("xz-utils", &["lzcat", "lzma", "unlzma", "unxz", "xz", "xzcat"]),
];
/// Ends of archives that tar hands to them.
const ARCHIVES: &[&str] = &[".bz2", ".tbz", ".txz", ".xz"];

/// Whether a text behind an install of compilers, or a file of the project, calls what comes with them, and no package that stays has.
pub(crate) fn call_what_compilers_bring(
    behind: &str,
    context: &BuildContext,
    stays: &dyn Fn(&str) -> bool,
) -> bool {
    let gone = BROUGHT.iter().filter(|(package, _)| !stays(package));
    let gone: Vec<&str> = gone.flat_map(|(_, programs)| programs.iter().copied()).collect();
    let names_brought = |text: &str| {
        let part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        text.split(|c| !part(c)).any(|word| gone.contains(&word))
    };
    let mut files = context.entries().filter_map(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let aside = READ_BY_NOBODY.iter().any(|end| name.ends_with(end));
        context.text(path).filter(|_| !aside).map(|text| (path, text))
    });
    let script = |text: &str| {
        let mut lines = text.lines().enumerate().filter(|(number, line)| {
            !line.trim_start().starts_with('#') || *number == 0 && line.starts_with("#!")
        });
        lines.any(|(_, line)| names_brought(line) || ARCHIVES.iter().any(|end| line.contains(end)))
    };
    script(behind)
        || files.any(|(path, text)| {
            if !CODE.iter().any(|end| path.ends_with(end)) {
                return script(text);
            }
            let mut texts = text.split(['"', '\'', '`']).skip(1).step_by(2);
            let tar = text.contains("\"tar") || text.contains("'tar");
            texts.any(|text| {
                let mut first =
                    text.split([';', '|', '&']).filter_map(|it| it.split_whitespace().next());
                first.any(&names_brought) || tar && ARCHIVES.iter().any(|end| text.contains(end))
            })
        })
}

/// Whether a file of the project calls one of these programs or installs packages, as far as its text tells; those for people, for tests
/// elsewhere and for make, which nobody calls, are left out. `signs` are words of sources that do, and `brings_make` says whether make is
/// there by its own name.
pub(crate) fn files_build(
    context: &BuildContext,
    programs: &[String],
    signs: &[String],
    brings_make: bool,
) -> bool {
    // Where it comes by its own name, and nothing is there that it would read, it calls no compiler.
    let is_rules = |path: &str| {
        path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().contains("makefile"))
    };
    let rules = context.entries().any(|(path, _)| is_rules(path));
    let make_alone = brings_make && !rules;
    let kept = programs.iter().filter(|name| !(make_alone && *name == "make"));
    let programs: Vec<String> = kept.cloned().collect();
    let readers = Readers { programs: &programs, manager: &[] };
    let mut files = context.entries().filter(|(path, entry)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let dotted = path.split('/').any(|part| part.starts_with('.') && part != ".env");
        let aside = name.starts_with("Dockerfile")
            || matches!(
                name,
                "Makefile" | "package.json" | "pyproject.toml" | "setup.py" | "tox.ini"
            );
        entry.kind == ContextKind::File
            && !dotted
            && !aside
            && !READ_BY_NOBODY.iter().any(|end| name.ends_with(end))
    });
    files.any(|(path, _)| {
        let Some(text) = context.text(path) else { return false };
        if path.rsplit('/').next() == Some("pip.conf") {
            return true;
        }
        let code: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let code = code.join("\n");
        let bare: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let bare = bare.replace('\'', "\"");
        let listed =
            ["\"pip\",\"install\"", "\"pip3\",\"install\"", "importpip", "frompip", "ensurepip"]
                .iter()
                .any(|sign| bare.contains(sign));
        let called = signs.iter().any(|sign| {
            let part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            code.match_indices(sign.as_str()).any(|(at, _)| !code[..at].ends_with(part))
        });
        let built = match path.ends_with(".py") {
            true => compiling_call(&code).is_some() || names_compiler(&code),
            false => matches!(by_text(&code, readers), Use::Reads),
        };
        listed || called || built
    })
}

/// Whether a source of Python names a compiler as a text, or at the start of one.
fn names_compiler(code: &str) -> bool {
    let texts = code.split(['"', '\'']).skip(1).step_by(2);
    let mut first = texts.filter_map(|text| text.split_whitespace().next());
    first.any(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        matches!(name, "c++" | "cc" | "clang" | "cmake" | "cpp" | "g++" | "gcc" | "make" | "npm")
    })
}
