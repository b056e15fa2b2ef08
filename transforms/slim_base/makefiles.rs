//! Makefiles whose recipes compile nothing: they need make, and none of the compilers of full images.
//!
//! Source: the manual of GNU make, "Catalogue of Built-In Rules" and "Variables Used by Implicit Rules".

use dockslim_contract::ContextKind;
use dockslim_syntax::Keyword;

use super::files::{Look, name_of};
use super::needs::{Candidate, Needs};
use super::{Refusal, python};
use crate::knowledge::FullPackage;

/// Ends of sources for which make knows rules of its own.
const SOURCES: &[&str] =
    &[".C", ".F", ".S", ".c", ".cc", ".cpp", ".cxx", ".f", ".l", ".mod", ".p", ".r", ".s", ".y"];
/// Variables by which rules call compilers, and what only make itself can work out.
const VARIABLES: &[&str] = &[
    "AR", "AS", "CC", "COMPILE", "CPP", "CXX", "FC", "LD", "LEX", "LINK", "PC", "YACC", "call ",
    "eval ", "file ", "foreach ", "shell ",
];
/// What fetches sources whose Makefiles nobody sees.
const FETCHES: &[&str] = &["bzr", "curl", "git", "hg", "svn", "tar", "unzip", "wget"];
/// Files from which a Makefile is written.
const WRITTEN: &[&str] =
    &["CMakeLists.txt", "Makefile.PL", "Makefile.am", "Makefile.in", "configure", "extconf.rb"];
/// Managers and builders whose calls in recipes are not followed.
const MANAGERS: &[&str] = &[
    "apt",
    "apt-get",
    "bun",
    "bundle",
    "cargo",
    "cmake",
    "composer",
    "conda",
    "configure",
    "corepack",
    "easy_install",
    "gem",
    "go",
    "gradle",
    "hatch",
    "mamba",
    "meson",
    "mvn",
    "ninja",
    "npm",
    "npx",
    "nox",
    "pdm",
    "pipenv",
    "pipx",
    "pnpm",
    "poetry",
    "rake",
    "tox",
    "uv",
    "yarn",
];

/// Follows what make runs on a stage that calls it; whether that, and what it installs, is all known and calls no compiler as far as the
/// Makefiles of the context say.
pub(super) fn follow(
    candidate: Candidate<'_, '_>,
    lacking: &[&'static FullPackage],
    needs: &mut Needs,
    at: usize,
) -> Result<bool, Refusal> {
    let Some(context) = candidate.facts.context else { return Ok(false) };
    let own =
        |path: &str| !path.split('/').any(|it| matches!(it, "node_modules" | ".git" | "vendor"));
    let files: Vec<&str> = context
        .entries()
        .filter(|(path, entry)| entry.kind == ContextKind::File && own(path))
        .map(|(path, _)| path)
        .collect();
    let rules = |path: &&&str| {
        matches!(name_of(path), "GNUmakefile" | "Makefile" | "makefile") || path.ends_with(".mk")
    };
    let texts: Option<Vec<&str>> =
        files.iter().filter(rules).map(|path| context.text(path)).collect();
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { return Ok(false) };
    let made = |path: &&str| WRITTEN.contains(&name_of(path));
    if files.iter().any(made)
        || files.iter().any(|path| SOURCES.iter().any(|end| path.ends_with(end)))
        || fetches(candidate)
    {
        return Ok(false);
    }
    let mut installs = Vec::new();
    for text in &texts {
        let Some(found) = calls(text) else { return Ok(false) };
        installs.extend(found);
    }
    let mut look = Look::new(at, lacking, needs, &files);
    for text in &texts {
        look.script(text);
        if !look.named(text).is_empty() {
            return Ok(false);
        }
    }
    let line = candidate.build.dockerfile.line(at);
    for words in installs {
        python::install(candidate, &mut words.iter().copied(), line, needs)?;
    }
    Ok(true)
}

/// Whether a step brings files from elsewhere, or tells make which rules to read.
fn fetches(candidate: Candidate<'_, '_>) -> bool {
    let steps = candidate.build.stages.iter().flat_map(|stage| &stage.steps);
    steps.into_iter().any(|step| {
        let adds = step.instruction.kind == Keyword::Add;
        let text = step.text(candidate.build.dockerfile);
        let told = text.contains("make")
            && ["-f", "--file", "--makefile", "--eval"].iter().any(|flag| {
                text.split(|c: char| c.is_whitespace() || "\",[]".contains(c))
                    .any(|word| word.starts_with(flag))
            });
        let runs = step.instruction.kind == Keyword::Run;
        let mut commands = step.content.commands().iter().filter(|_| runs);
        adds || told
            || commands.any(|one| one.program_name().is_some_and(|it| FETCHES.contains(&it)))
    })
}

/// What recipes hand to `pip install`; `None` where one of them runs what is not followed.
fn calls(text: &str) -> Option<Vec<Vec<&str>>> {
    let compiles =
        |name: &&str| text.contains(&format!("$({name}")) || text.contains(&format!("${{{name}"));
    if VARIABLES.iter().any(compiles) || text.contains("setup.py") || text.contains('\\') {
        return None;
    }
    let mut found = Vec::new();
    let recipes = text
        .lines()
        .filter_map(|line| line.strip_prefix('\t').or(line.split_once(";").map(|it| it.1)));
    for command in recipes.flat_map(|line| line.split(['|', ';', '&', '(', '`'])) {
        let words: Vec<&str> = command
            .split_whitespace()
            .map(|word| word.trim_start_matches(['@', '-', '+']))
            .collect();
        let open =
            words.first().is_some_and(|word| word.starts_with('$') && !word.contains("MAKE"));
        if open || words.iter().any(|word| MANAGERS.contains(&name_of(word))) {
            return None;
        }
        let pip = |word: &&str| name_of(word).starts_with("pip");
        if let Some(at) = words.iter().position(pip) {
            let rest = &words[at + 1..];
            if rest.first() != Some(&"install") || rest.iter().any(|word| word.contains('$')) {
                return None;
            }
            // The sign in front of a command was taken from options, too.
            let given: Vec<&str> = command.split_whitespace().skip(at + 2).collect();
            found.push(given);
        }
    }
    Some(found)
}
