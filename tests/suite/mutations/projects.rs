//! Wrong rewrites of files whose build context is known: of the files themselves, and of what the passes made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use dockslim::engine::{Settings, fix};
use dockslim_contract::{BuildContext, ContextEntry, Difference, IgnoreRules, Safety};
use dockslim_proof::Accepted;
use dockslim_syntax::{Dockerfile, Instruction, Keyword, parse};
use rayon::prelude::*;

use super::copies::COPIES;
use super::kind::{Kind, Mutant};
use super::kinds;
use super::places::body;
use super::verdicts::{Mutated, Row, row};
use crate::contexts;
use crate::sources::{dockerfiles, is_dockerfile, root, visit_projects};

/// A file with what its COPYs see.
struct Project {
    name: String,
    text: String,
    context: Arc<BuildContext>,
}

/// The cases that have a build context, and the real projects where the corpus is at hand.
fn projects() -> Vec<Project> {
    let mut found: Vec<Project> =
        dockerfiles(&root().join("tests/cases")).iter().filter_map(|path| of_case(path)).collect();
    assert!(found.len() > 60, "the cases have contexts");
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    visit_projects(|path, text| {
        files.insert(path, text);
    });
    let names = files.keys().filter(|path| is_dockerfile(Path::new(path)));
    found.extend(names.map(|path| {
        let folder =
            path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let inside =
            files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
        let entries = inside
            .map(|(path, text)| (path[folder.len()..].to_owned(), ContextEntry::with_text(text)));
        let rules = files.get(&format!("{folder}.dockerignore")).map_or("", String::as_str);
        let rules = IgnoreRules::parse(rules).unwrap_or_default();
        let context = Arc::new(BuildContext::new(rules, entries, None));
        Project { name: path.clone(), text: files[path].clone(), context }
    }));
    found
}

fn of_case(path: &Path) -> Option<Project> {
    let table: toml::Table =
        fs::read_to_string(path.with_extension("toml")).ok()?.parse().expect("options are TOML");
    let context = contexts::context(table.get("context")?.as_table()?);
    let name = path.strip_prefix(root()).unwrap().display().to_string();
    Some(Project { name, text: fs::read_to_string(path).unwrap(), context })
}

/// What the proof says of wrong rewrites of one project, each kind with its name.
fn rows(project: &Project, most: usize) -> Vec<(&'static Kind, Row)> {
    let settings = Settings {
        level: Safety::Review,
        context: Some(project.context.clone()),
        ..Settings::default()
    };
    let fixed = fix(&project.text, &settings).text;
    let (before, result) = (parse(&project.text), parse(&fixed));
    let mut starts = vec![project.text.as_str()];
    if fixed != project.text {
        starts.push(&fixed);
    }
    let mut found = Vec::new();
    for text in starts {
        let start = parse(text);
        let mutated = Mutated {
            name: &project.name,
            before: &before,
            start: &start,
            context: Some(&project.context),
        };
        let ours = COPIES.iter().map(|kind| (kind, usize::MAX));
        for (kind, most) in ours.chain(kinds().map(|kind| (kind, most))) {
            let is_right = |mutant: &Mutant<'_>, accepted: &[Accepted]| {
                let undone = text != project.text && accepted.is_empty();
                undone
                    || only_touches_what_is_new(&before, mutant)
                    || only_moves_what_is_new(&before, mutant)
                    || makes_the_same_folder(mutant)
                    || stands_as_before(&before, mutant.after)
                    || same_order(mutant.after, &result)
                    || only_copies(&before, mutant, accepted)
            };
            found.push((kind, row(&mutated, kind, most, is_right)));
        }
    }
    found
}

/// Whether the file has the instructions of what the passes write, in their order: then it is no wrong rewrite.
fn same_order(after: &Dockerfile<'_>, result: &Dockerfile<'_>) -> bool {
    instructions(after) == instructions(result)
}

/// The instructions of a file; of RUN the first words, which are there before and behind a clean-up.
fn instructions(tree: &Dockerfile<'_>) -> Vec<(Keyword, String)> {
    let all = tree.instructions().map(|(_, one)| one);
    let text = |one: &Instruction| {
        let text = tree.text(body(tree, one)).into_owned();
        if one.kind != Keyword::Run {
            return text;
        }
        let words = text.split_whitespace().filter(|word| !word.starts_with("--"));
        words.take(3).collect::<Vec<_>>().join(" ")
    };
    all.map(|one| (one.kind, text(one))).collect()
}

/// Whether a change only takes away what the passes have added, or puts it elsewhere in the same script.
fn only_touches_what_is_new(before: &Dockerfile<'_>, mutant: &Mutant<'_>) -> bool {
    let source = mutant.before.source;
    let is_new = |text: &str| {
        let words = text.split_whitespace();
        let words: Vec<&str> = words.filter(|word| !matches!(*word, "&&" | "\\" | ";")).collect();
        !words.is_empty() && !before.source.contains(&words.join(" "))
    };
    let edits: Vec<(&str, &str)> =
        mutant.edits.iter().map(|edit| (edit.span.of(source), &*edit.text)).collect();
    if source == before.source {
        return false;
    }
    match edits.as_slice() {
        [(one, b), (other, a)] if one == a && other == b => {
            (is_new(one) && one.starts_with("rm ")) || (is_new(other) && other.starts_with("rm "))
        }
        all => all.iter().all(|(old, new)| new.is_empty() && is_new(old)),
    }
}

/// Whether an ADD that the context shows to copy became a COPY, or is an ADD again.
fn only_copies(before: &Dockerfile<'_>, mutant: &Mutant<'_>, accepted: &[Accepted]) -> bool {
    let source = mutant.before.source;
    mutant.edits.iter().all(|edit| {
        let old = edit.span.of(source);
        let line = source[edit.span.end..].lines().next().unwrap_or_default();
        match &*edit.text {
            "COPY" => accepted.iter().any(|one| one.difference == Difference::AddToCopy),
            "ADD" => old == "COPY" && before.source.contains(&format!("ADD{line}")),
            _ => false,
        }
    })
}

/// Whether a WORKDIR changes places with a COPY to the same folder, which root makes in either case.
fn makes_the_same_folder(mutant: &Mutant<'_>) -> bool {
    let source = mutant.before.source;
    let texts: Vec<&str> = mutant.edits.iter().map(|edit| edit.span.of(source)).collect();
    let [copy, workdir] = texts.as_slice() else { return false };
    let folder = workdir.strip_prefix("WORKDIR ").map(str::trim);
    let target = copy.strip_prefix("COPY ").and_then(|copy| copy.split_whitespace().last());
    let apart = |text: &str| text.trim_end_matches('/').to_owned();
    folder.is_some_and(|folder| folder.starts_with('/'))
        && folder.map(apart) == target.map(apart)
        && !source.contains("USER")
}

/// Whether only COPYs that the passes have put in change places, and each still stands in front of the script that follows it.
fn only_moves_what_is_new(before: &Dockerfile<'_>, mutant: &Mutant<'_>) -> bool {
    let known = instructions(before);
    let is_new = |one: &(Keyword, String)| {
        let to_absolute = one.1.split_whitespace().last().is_some_and(|to| to.starts_with('/'));
        one.0 == Keyword::Copy && to_absolute && !known.contains(one)
    };
    let (old, new) = (instructions(mutant.before), instructions(mutant.after));
    let rest = |all: &[(Keyword, String)]| -> Vec<(Keyword, String)> {
        all.iter().filter(|one| !is_new(one)).cloned().collect()
    };
    let script_behind = |all: &[(Keyword, String)], one: &(Keyword, String)| {
        let at = all.iter().position(|other| other == one)?;
        all[at..].iter().find(|other| other.0 == Keyword::Run).cloned()
    };
    let moved: Vec<_> = old.iter().filter(|one| is_new(one)).collect();
    !moved.is_empty()
        && rest(&old) == rest(&new)
        && moved.into_iter().all(|one| {
            let behind = script_behind(&old, one);
            behind.is_some() && script_behind(&new, one) == behind
        })
}

/// Whether all scripts and copies stand in the order in which they stood, and whatever is new are COPYs in front of one that
/// was there: a rewrite that has been taken back, up to files that are copied twice.
fn stands_as_before(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> bool {
    let works = |tree: &Dockerfile<'_>| -> Vec<(Keyword, String)> {
        let all = instructions(tree).into_iter().map(|(kind, text)| match kind {
            Keyword::Add => (Keyword::Copy, text.replacen("ADD", "COPY", 1)),
            _ => (kind, text),
        });
        all.collect()
    };
    let (mut old, mut new) = (works(before), works(after));
    // Where no COPY looks at variables or the folder in force, nothing else has a say.
    let is_plain = |one: &(Keyword, String)| {
        let target = one.1.split_whitespace().last().unwrap_or_default();
        one.0 != Keyword::Copy || (target.starts_with('/') && !one.1.contains('$'))
    };
    if new.iter().all(is_plain) {
        let acts = |one: &(Keyword, String)| {
            matches!(one.0, Keyword::Copy | Keyword::Run | Keyword::From | Keyword::User)
        };
        old.retain(acts);
        new.retain(acts);
    }
    let mut rest = old.iter().peekable();
    let mut early = 0;
    for one in &new {
        if rest.next_if(|known| *known == one).is_some() {
            early = if one.0 == Keyword::Copy { 0 } else { early };
        } else if one.0 == Keyword::Copy {
            early += 1;
        } else {
            return false;
        }
    }
    rest.next().is_none() && early == 0
}

#[test]
fn wrong_rewrites_are_not_called_equal_where_the_context_is_known() {
    let projects = projects();
    let all: Vec<(&Kind, Row)> =
        projects.par_iter().flat_map_iter(|project| rows(project, 2)).collect();
    let complaints = all
        .iter()
        .flat_map(|(kind, row)| row.complaints().map(|one| format!("{}: {one}", kind.name)));
    let complaints: Vec<String> = complaints.collect();
    let shown = complaints.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    let mutants: usize = all.iter().map(|(_, row)| row.mutants()).sum();
    assert!(complaints.is_empty(), "{} of {mutants} called equal\n{shown}", complaints.len());
    for kind in COPIES {
        let own = all.iter().filter(|(other, _)| other.name == kind.name);
        assert!(own.map(|(_, row)| row.mutants()).sum::<usize>() > 0, "{} is idle", kind.name);
    }
}
