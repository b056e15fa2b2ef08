//! Whether pip, which recommends compilers, is asked for nothing that it would compile.

use dockslim_contract::ContextKind;
use dockslim_syntax::Keyword;

use super::Install;
use super::losses::{later_commands, unread_texts};
use crate::facts::{BuildStep, Command, Readers, Use, by_text, used_by};
use crate::knowledge::{Recommendation, compiling_call, library_name, suite_of_image};
use crate::slim_base::takes_wheels;

/// The Python of a distribution whose pip depends on setuptools, and knows the names of all wheels of today (pip 22 and later; the package
/// indices of Debian and Ubuntu).
const PYTHONS: &[(&str, &str)] = &[("bookworm", "3.11"), ("jammy", "3.10"), ("noble", "3.12")];

/// The packages that recommend compilers for the sake of pip alone.
pub(super) const INSTALLERS: &[&str] = &["python3-pip", "python3-virtualenv", "virtualenv"];
/// What they recommend for that.
const FOR_PIP: &[&str] = &["build-essential", "python3-dev", "python3-setuptools"];

/// Ends of files that nothing runs.
const READ_BY_NOBODY: &[&str] = &[".csv", ".html", ".lock", ".md", ".rst", ".txt"];

/// Programs that configure, build or install, by whatever they find.
const BUILDERS: &[&str] = &[
    "autogen.sh",
    "b2",
    "bjam",
    "bootstrap.sh",
    "buildconf",
    "cpanm",
    "easy_install",
    "gradlew",
    "mvnw",
    "node-gyp",
    "perl",
    "pipx",
    "ruby",
    "rustup",
    "tox",
    "waf",
];

/// Whether a package asks for another one for nothing but what pip compiles.
pub(super) fn is_for_pip(package: &str, lost: &Recommendation) -> bool {
    INSTALLERS.contains(&package) && FOR_PIP.contains(&lost.name.as_str())
}

/// Whether all that is installed and called behind an install needs no compiler: pip is asked for nothing but packages that come as wheels
/// for this Python, and neither a step nor a file of the project builds or installs anything else.
pub(super) fn compiles_nothing(install: &Install<'_, '_>, compilers: &Recommendation) -> bool {
    let image = install.stage.image.as_deref();
    let own = image.filter(|image| matches!(library_name(image), Some("debian" | "ubuntu")));
    let suite = own.and_then(suite_of_image);
    let Some((_, python)) = PYTHONS.iter().find(|(known, _)| Some(*known) == suite) else {
        return false;
    };
    let source = install.build.dockerfile.source;
    if ["PIP_", "pip.conf", "pip config"].iter().any(|sign| source.contains(sign)) {
        return false;
    }
    let readers = Readers { programs: &compilers.programs, manager: &[] };
    unread_texts(install).next().is_none()
        && later_commands(install).all(|(step, number, command)| {
            is_plain(install, (step, number, command), python, readers)
        })
        && install.facts.context.is_some()
        && !files_build(install, compilers)
        && !calls_what_they_bring(install)
}

/// Programs that come with the compilers, for dpkg-dev unpacks, patches and asks who signed: of patch, xz-utils, bzip2, perl, gnupg, fakeroot and
/// python3-dev (Debian's package index).
const BROUGHT: &[&str] = &[
    "apt-key",
    "bunzip2",
    "bzcat",
    "bzip2",
    "dirmngr",
    "fakeroot",
    "gpg",
    "gpg-agent",
    "gpg2",
    "gpgconf",
    "gpgv",
    "lzcat",
    "lzma",
    "patch",
    "perl",
    "prove",
    "python3-config",
    "shasum",
    "unlzma",
    "unxz",
    "xz",
    "xzcat",
];
/// Ends of archives that tar hands to them.
const ARCHIVES: &[&str] = &[".bz2", ".tbz", ".txz", ".xz"];

/// Whether anything behind the install, or a file of the project, calls what comes with the compilers.
fn calls_what_they_bring(install: &Install<'_, '_>) -> bool {
    let behind = &install.build.dockerfile.source[install.command().span.end..];
    let Some(context) = install.facts.context else { return true };
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
            if !path.ends_with(".py") {
                return script(text);
            }
            let mut texts = text.split(['"', '\'']).skip(1).step_by(2);
            let tar = text.contains("\"tar") || text.contains("'tar");
            texts.any(|text| {
                let mut first =
                    text.split([';', '|', '&']).filter_map(|it| it.split_whitespace().next());
                first.any(names_brought) || tar && ARCHIVES.iter().any(|end| text.contains(end))
            })
        })
}

/// Whether a word of a text is such a program, also by its path.
fn names_brought(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.split(|c| !part(c)).any(|word| BROUGHT.contains(&word))
}

/// Whether a command behind the install builds nothing.
fn is_plain<'t>(
    install: &Install<'_, 't>,
    (step, number, command): (&BuildStep<'t>, usize, &Command<'t>),
    python: &str,
    readers: Readers<'_>,
) -> bool {
    let build = install.build;
    let runs = step.instruction.kind == Keyword::Run;
    let text = command.text(build.dockerfile);
    if step.onbuild || text.contains("setup.py") || compiling_call(&text).is_some() {
        return false;
    }
    match command.manager.map(|manager| manager.name.as_str()) {
        Some("apt") => {
            command.package_call().is_some_and(|call| !call.is("build-dep") && !call.is("source"))
        }
        Some("pip") if runs => takes_wheels(install.facts, build, install.stage, python, command),
        Some(_) => false,
        None => {
            let name = command.program_name().unwrap_or_default();
            match used_by(build, step, step.content.commands(), number, readers) {
                Use::None => !BUILDERS.contains(&name),
                Use::Reads => false,
                // What a container starts is a file of the project, or was looked at where it came from.
                Use::Unknown => !runs,
            }
        }
    }
}

/// Whether a file of the project calls a compiler or installs packages, as far as its text tells; those for people, for tests elsewhere and
/// for make, which nobody calls, are left out.
fn files_build(install: &Install<'_, '_>, compilers: &Recommendation) -> bool {
    let Some(context) = install.facts.context else { return true };
    // Where it comes by its own name, and nothing is there that it would read, it calls no compiler.
    let is_rules = |path: &str| {
        path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().contains("makefile"))
    };
    let rules = context.entries().any(|(path, _)| is_rules(path));
    let make_alone = installs_make(install) && !rules;
    let kept = compilers.programs.iter().filter(|name| !(make_alone && *name == "make"));
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
        let called = compilers.signs.iter().any(|sign| {
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

/// Whether an install of the stage names make.
fn installs_make(install: &Install<'_, '_>) -> bool {
    let mut commands = install.stage.steps.iter().flat_map(|step| step.content.commands());
    commands.any(|command| {
        command.package_call().is_some_and(|call| call.manager.name == "apt" && call.is("install"))
            && command.words.iter().flatten().any(|word| word == "make")
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
