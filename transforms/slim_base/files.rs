//! What the files of the build context call when a container runs: scripts that the file names, and sources that start programs.

use dockslim_contract::ContextKind;
use dockslim_syntax::{Arguments, Dockerfile, Instruction};

use super::needs::{Candidate, Needs, words};
use super::{Refusal, reasons};
use crate::facts::context_sources;
use crate::knowledge::FullPackage;

/// Ends of source files of languages whose programs can start others.
const SOURCES: [&str; 13] = [
    ".py", ".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".rb", ".pl", ".pm", ".php", ".java",
    ".kt",
];
/// What stands in a source that starts programs.
const STARTS: [&str; 17] = [
    "subprocess",
    "os.system",
    "os.popen",
    "Popen",
    "child_process",
    "exec(",
    "execSync",
    "execFile",
    "spawn",
    "execa",
    "shelljs",
    "Open3",
    "popen",
    "system(",
    "%x",
    "ProcessBuilder",
    "Runtime.getRuntime",
];
/// Ordinary words that are programs, too, and are called from sources.
const CALLED: [&str; 6] = ["file", "convert", "identify", "patch", "make", "ping"];
/// How many sources are read.
const MOST_SOURCES: usize = 400;

/// Ends of files that start no programs of the system: archives of Java, settings, texts.
const DATA: [&str; 18] = [
    ".cer",
    ".cfg",
    ".conf",
    ".crt",
    ".css",
    ".ear",
    ".html",
    ".ini",
    ".jar",
    ".jks",
    ".md",
    ".p12",
    ".pem",
    ".properties",
    ".war",
    ".xml",
    ".yaml",
    ".yml",
];

/// Whether a COPY names nothing but such files.
pub(super) fn are_data(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> bool {
    let mut words: Vec<String> = match &copy.innermost().arguments {
        Arguments::Words(words) => {
            words.iter().map(|word| dockerfile.text(word.span).into_owned()).collect()
        }
        Arguments::List(list) => list.iter().map(|word| word.value.clone()).collect(),
        _ => return false,
    };
    words.pop();
    let data = |word: &String| DATA.iter().any(|end| word.ends_with(end));
    !words.is_empty() && words.iter().all(data)
}

/// Whether the context has a file of this name, wherever it is copied to.
pub(super) fn is_in_context(candidate: Candidate<'_, '_>, path: &str) -> bool {
    in_context(candidate, path).is_some()
}

fn in_context<'b>(candidate: Candidate<'b, '_>, path: &str) -> Option<(&'b str, &'b str)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let context = candidate.facts.context?;
    let same = |path: &str| path.rsplit('/').next() == Some(name);
    let (path, _) =
        context.entries().find(|(path, entry)| entry.kind == ContextKind::File && same(path))?;
    Some((path, context.text(path)?))
}

/// Looks into the files of the context, if the stage copies any of it.
pub(super) fn look(
    candidate: Candidate<'_, '_>,
    lacking: &[&'static FullPackage],
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let (facts, build, own) = (candidate.facts, candidate.build, candidate.stage.stage.index);
    let sources = context_sources(facts.dockerfile);
    let copies =
        build.stages.iter().filter(|other| build.builds_on(&other.stage, own)).any(|other| {
            sources
                .iter()
                .any(|source| other.stage.from < source.item && source.item < other.stage.end)
        });
    if !copies {
        return Ok(());
    }
    let Some(context) = facts.context else {
        return Err((
            &reasons::NO_CONTEXT,
            "what the copied files call is not known without the build context".to_owned(),
        ));
    };
    let at = candidate.stage.steps.last().map_or(0, |step| step.instruction.span.start);
    let mut seen: Vec<&str> = Vec::new();
    let mut next = std::mem::take(&mut needs.scripts);
    while let Some(script) = next.pop() {
        let Some((path, text)) = in_context(candidate, &script) else { continue };
        if seen.contains(&path) {
            continue;
        }
        seen.push(path);
        script_text(text, at, lacking, needs);
        let named = words(text).filter(|word| word.ends_with(".sh") || word.starts_with("./"));
        next.extend(named.map(str::to_owned));
    }
    let is_source = |path: &str| {
        SOURCES.iter().any(|end| path.ends_with(end))
            || path.ends_with("package.json")
            || path.ends_with("Procfile")
    };
    let ours = |path: &str| {
        !path.split('/').any(|name| matches!(name, "node_modules" | ".git" | "vendor"))
    };
    let mut files = context
        .entries()
        .filter(|(path, entry)| entry.kind == ContextKind::File && is_source(path) && ours(path));
    for (path, _) in files.by_ref().take(MOST_SOURCES) {
        let Some(text) = context.text(path) else { continue };
        if path.ends_with("package.json") || path.ends_with("Procfile") {
            let commands: String = text
                .lines()
                .filter(|line| !line.contains("://"))
                .flat_map(|line| [line, "\n"])
                .collect();
            needs.text(&commands, at, lacking, false);
        } else if STARTS.iter().any(|sign| text.contains(sign)) {
            source_text(text, at, lacking, needs);
        }
        for package in lacking {
            if package
                .signs
                .iter()
                .any(|sign| sign.starts_with('/') && text.contains(sign.as_str()))
            {
                needs.add(package, at);
            }
        }
    }
    if files.next().is_some() {
        needs.note(format!("what more than {MOST_SOURCES} files of sources call"));
    }
    Ok(())
}

/// A script: each word that is a program's name counts, and an ordinary word where a command begins.
fn script_text(text: &str, at: usize, lacking: &[&'static FullPackage], needs: &mut Needs) {
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        needs.text(line, at, lacking, false);
        for command in line.split(['|', ';', '&', '(', '`']) {
            let first = command.split_whitespace().find(|word| {
                !word.contains('=')
                    && !matches!(
                        *word,
                        "then" | "do" | "else" | "if" | "while" | "!" | "exec" | "sudo" | "time"
                    )
            });
            needs.text(first.unwrap_or_default(), at, lacking, true);
        }
    }
}

/// A source: a program is named by a text that begins with it.
fn source_text(text: &str, at: usize, lacking: &[&'static FullPackage], needs: &mut Needs) {
    for package in lacking {
        let common = package.common.iter().filter(|program| CALLED.contains(&program.as_str()));
        for program in package.programs.iter().chain(common) {
            let named = text.match_indices(program.as_str()).any(|(start, _)| {
                let before = text[..start].chars().next_back();
                let behind = text[start + program.len()..].chars().next();
                before.is_some_and(|c| "\"'`/".contains(c))
                    && behind.is_some_and(|c| "\"'` ".contains(c))
            });
            if named {
                needs.add(package, at);
            }
        }
    }
}
