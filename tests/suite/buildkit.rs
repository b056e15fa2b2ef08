//! Does BuildKit's own parser see the instructions that we see, and the same ones after a fix?

use std::collections::BTreeSet;

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;
use dockslim_syntax::{Arguments, CommandForm, Dockerfile, Instruction, Keyword, Pair, parse};

use rayon::prelude::*;

use crate::oracles::{self, Seen};
use crate::sources::{self, Source};

const LEVELS: [Safety; 3] = [Safety::Safe, Safety::Review, Safety::Suggestion];

#[test]
fn sources_are_read_as_by_buildkit() {
    let sources = sources::all();
    let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
    let Some(answers) = oracles::buildkit(&texts) else { return };
    let mut complaints = Vec::new();
    for (source, answer) in sources.iter().zip(answers) {
        let tree = parse(&source.text);
        let complaint = match answer {
            Ok(seen) => disagreement(&tree, &seen),
            Err(error) => (tree.diagnostics.is_empty() && !unjudged(&error))
                .then(|| format!("BuildKit refuses it: {error}")),
        };
        complaints.extend(complaint.map(|complaint| format!("{}: {complaint}", source.name)));
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn a_fix_leaves_all_but_its_runs_as_buildkit_saw_them() {
    let changed = sources::share(sources::QUARTER).into_par_iter().flat_map_iter(|source| {
        // Where one stage becomes two, or is built on another image, more than a RUN has changed.
        let ignore = vec!["split-stages".to_owned(), "slim-base".to_owned()];
        let settings = |level| Settings { level, ignore: ignore.clone(), ..Settings::default() };
        let texts = LEVELS.map(|level| fix(&source.text, &settings(level)));
        let mut texts: Vec<String> = texts.into_iter().map(|outcome| outcome.text).collect();
        texts.dedup();
        texts.retain(|text| *text != source.text);
        texts.into_iter().map(move |text| (source, text))
    });
    let changed: Vec<(&'static Source, String)> = changed.collect();
    oracles::assert_of_change(&changed, |before, after| {
        complaint_of_change(before, after).map(str::to_owned)
    });
}

/// What else than RUNs a change has touched. RUNs may be edited, taken away, joined to one before them,
/// and so pass over what describes the image; everything else stays, in its order, but for what
/// [`kept`] says. ARG, ENV and LABEL stay, too, and may stand lower.
fn complaint_of_change(before: &[Seen], after: &[Seen]) -> Option<&'static str> {
    let others = |seen: &[Seen]| -> (Vec<_>, Vec<_>) {
        let others = seen.iter().filter(|one| !one.cmd.eq_ignore_ascii_case("RUN"));
        let (mut lower, rest): (Vec<_>, Vec<_>) = others.map(kept).partition(may_stand_lower);
        lower.sort_by_key(|one| (one.cmd.clone(), one.value.clone()));
        (lower, rest)
    };
    let heredocs = |seen: &[Seen]| -> Vec<String> {
        seen.iter().flat_map(|one| &one.heredocs).map(|heredoc| heredoc.name.clone()).collect()
    };
    let flags = |seen: &[Seen]| -> BTreeSet<Vec<String>> {
        let runs = seen.iter().filter(|one| one.cmd.eq_ignore_ascii_case("RUN"));
        runs.map(|one| one.flags.clone()).collect()
    };
    if others(before) != others(after) {
        Some("another instruction than RUN has changed")
    } else if heredocs(before) != heredocs(after) {
        Some("a here-document has come or gone")
    } else if !flags(after).is_subset(&flags(before)) {
        Some("a RUN has flags that none had")
    } else {
        None
    }
}

/// Whether it only says something of what stands below: the proof asks where.
fn may_stand_lower(one: &Seen) -> bool {
    matches!(&*one.cmd.to_ascii_uppercase(), "ARG" | "ENV" | "LABEL")
}

/// What no change may touch: of ENV and LABEL the names and the values but for quotes and escape
/// characters, of COPY and ADD everything but their names and the flags for owner and mode.
fn kept(one: &Seen) -> Seen {
    let mut kept = Seen { start_line: 0, end_line: 0, ..one.clone() };
    match one.cmd.to_ascii_uppercase().as_str() {
        "ENV" | "LABEL" => {
            let plain = |value: &String| value.replace(['"', '\'', '\\', '`', '{', '}'], "");
            kept.value = one.value.iter().map(plain).collect();
        }
        "COPY" | "ADD" => {
            kept.cmd = "COPY".into();
            let given =
                |flag: &String| flag.starts_with("--chown=") || flag.starts_with("--chmod=");
            kept.flags.retain(|flag| !given(flag));
        }
        _ => {}
    }
    kept
}

/// What makes BuildKit refuse a file, and is not for a parser of single instructions to say.
fn unjudged(error: &str) -> bool {
    error == "file with no instructions"
        || error == "when using JSON array syntax, arrays must be comprised of strings only"
}

/// The first instruction that the two see differently.
fn disagreement(tree: &Dockerfile<'_>, seen: &[Seen]) -> Option<String> {
    let ours: Vec<View> = tree.instructions().map(|(_, one)| View::ours(tree, one)).collect();
    let theirs: Vec<View> = seen.iter().map(View::theirs).collect();
    let pairs = ours.iter().zip(&theirs);
    let differ = pairs.into_iter().find(|(ours, theirs)| ours != theirs && !ours.trails(theirs));
    let differ = differ.map(|(ours, theirs)| format!("\n  ours   {ours:?}\n  theirs {theirs:?}"));
    let (our, their) = (ours.len(), theirs.len());
    differ.or_else(|| (our != their).then(|| format!("{our} instructions, BuildKit sees {their}")))
}

/// An instruction as both parsers can show it.
#[derive(Debug, PartialEq, Eq)]
struct View {
    line: usize,
    name: String,
    flags: Vec<String>,
    json: bool,
    value: Vec<String>,
    heredocs: Vec<(String, String)>,
}

impl View {
    fn ours(tree: &Dockerfile<'_>, instruction: &Instruction) -> View {
        let kind = instruction.kind;
        let text = |span| tree.text(span).into_owned();
        let inner = instruction.innermost();
        let prefix = if kind == Keyword::Onbuild { "ONBUILD " } else { "" };
        let flags = instruction.flags.iter().map(|flag| plain(&text(flag.span), tree.escape));
        let heredocs = instruction.heredocs.iter();
        let heredocs = heredocs.map(|heredoc| (heredoc.name.clone(), text(heredoc.body)));
        View {
            line: tree.line(instruction.lines.start),
            name: format!("{prefix}{}", text(inner.keyword).to_uppercase()),
            flags: flags.collect(),
            json: inner.exec().is_some() || matches!(inner.arguments, Arguments::List(_)),
            // The oracle is a C library and ends its strings at a NUL.
            value: values(tree, inner).iter().map(|value| before_nul(value)).collect(),
            // ONBUILD keeps what it is given for later, and shows no here-documents.
            heredocs: if kind == Keyword::Onbuild { Vec::new() } else { heredocs.collect() },
        }
    }

    fn theirs(seen: &Seen) -> View {
        let name = seen.sub_cmd.as_ref().unwrap_or(&seen.cmd);
        let unknown = Keyword::of(name) == Keyword::Unknown;
        let inner = seen.sub_cmd.as_ref().map(|inner| format!(" {}", inner.to_uppercase()));
        let heredocs = seen.heredocs.iter();
        View {
            line: seen.start_line,
            name: format!("{}{}", seen.cmd.to_uppercase(), inner.unwrap_or_default()),
            flags: if unknown { Vec::new() } else { seen.flags.clone() },
            json: seen.json,
            value: if unknown { Vec::new() } else { seen.value.clone() },
            heredocs: heredocs.map(|one| (one.name.clone(), one.content.clone())).collect(),
        }
    }

    /// Whether the two differ only in text behind a JSON array: the parser in the oracle ignores it,
    /// as builders did until 2024, and today's take the whole for a script, as we do.
    fn trails(&self, theirs: &View) -> bool {
        let script = self.value.join(" ");
        let mut values = serde_json::Deserializer::from_str(&script).into_iter::<Vec<String>>();
        let first = values.next().and_then(Result::ok);
        !self.json && theirs.json && first.is_some_and(|first| theirs.value.ends_with(&first))
    }
}

/// The arguments in the order in which BuildKit lists them.
fn values(tree: &Dockerfile<'_>, instruction: &Instruction) -> Vec<String> {
    let text = |span| tree.text(span).into_owned();
    let rest = || vec![text(instruction.arguments_span)];
    let command = |form: &CommandForm| match form {
        CommandForm::Exec(words) => words.iter().map(|word| word.value.clone()).collect(),
        CommandForm::Shell(script) if script.heredoc_body => rest(),
        CommandForm::Shell(script) => vec![text(script.span)],
    };
    let first_word = || rest()[0].split_whitespace().next().unwrap_or_default().to_owned();
    match &instruction.arguments {
        _ if instruction.kind == Keyword::Unknown => Vec::new(),
        Arguments::Empty => Vec::new(),
        Arguments::From(_) => rest()[0].split_whitespace().map(str::to_owned).collect(),
        Arguments::Command(form) => command(form),
        Arguments::Healthcheck(None) => vec![first_word()],
        Arguments::Healthcheck(Some(form)) => [vec![first_word()], command(form)].concat(),
        Arguments::Onbuild(inner) => values(tree, inner),
        Arguments::Pairs { pairs, .. } => {
            let whole = |pair: &Pair| match pair.value {
                Some(value) => text(pair.name) + "=" + &text(value),
                None => text(pair.name),
            };
            let parts = |pair: &Pair| [Some(pair.name), pair.value].into_iter().flatten().map(text);
            match instruction.kind {
                Keyword::Arg => pairs.iter().map(whole).collect(),
                _ => pairs.iter().flat_map(parts).collect(),
            }
        }
        Arguments::List(words) => words.iter().map(|word| word.value.clone()).collect(),
        Arguments::Words(words) => words.iter().map(|word| text(word.span)).collect(),
        Arguments::Text(span) if instruction.kind == Keyword::Healthcheck => {
            let text = text(*span);
            let (kind, command) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
            let parts = [kind, command.trim_start()].into_iter().filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }
        Arguments::Text(span) => vec![text(*span)],
    }
}

fn before_nul(text: &str) -> String {
    text.chars().take_while(|character| *character != '\0').collect()
}

/// A flag without its quotes and escape characters, as BuildKit hands it on.
fn plain(flag: &str, escape: char) -> String {
    flag.chars().filter(|character| !['"', '\'', escape].contains(character)).collect()
}
