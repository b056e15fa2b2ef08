//! `dockslim prove`: whether two Dockerfiles build the same.

use std::path::Path;
use std::process::ExitCode;

use dockslim_contract::Difference;
use dockslim_proof::{Accepted, Gap, Line, Prover, Verdict};
use dockslim_syntax::{Dockerfile, Span, parse};
use serde_json::{Value, json};

use crate::args::{ProveArgs, ProveFormat};
use crate::context::Contexts;
use crate::error::Error;
use crate::files;
use crate::report::{Output, columns};

/// The exit codes of `dockslim prove`: 0, 1 and 2 as everywhere, and 3 for what cannot be told.
const UNKNOWN: u8 = 3;

pub(super) fn run(args: &ProveArgs, output: &mut Output) -> Result<ExitCode, Error> {
    let paths = (file(&args.before), file(&args.after));
    if paths == (None, None) {
        return Err(Error::StandardInputTwice);
    }
    let (old_text, new_text) = (read(&args.before)?, read(&args.after)?);
    let (old, new) = (parse(&old_text), parse(&new_text));
    let mut prover = Prover::default();
    let (one, two) = (prover.build(&old), prover.build(&new));
    let found = Contexts::new(args.context.clone())?.of(paths.0.or(paths.1), &old).context;
    let context = match found {
        Some(Err(reason)) if args.context.is_some() => return Err(reason.into()),
        found => found.and_then(Result::ok),
    };
    let allowed = |difference: Difference| {
        difference.is_harmless() || args.allow.iter().any(|name| name == difference.name())
    };
    let verdict = prover.compare(&one, &two, context.as_deref()).within(allowed);
    let text = match args.output_format {
        ProveFormat::Json => {
            let mut text = to_json(&verdict, &old, &new).to_string();
            text.push('\n');
            text
        }
        ProveFormat::Text => {
            let names = (args.before.display().to_string(), args.after.display().to_string());
            let mut text = told(&verdict, (&names.0, &old), (&names.1, &new));
            if !args.quiet && !matches!(verdict, Verdict::Equal(_)) {
                let lines =
                    |lines: Vec<Line>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
                let (before, after) = (lines(prover.lines(&one)), lines(prover.lines(&two)));
                text.push('\n');
                text.push_str(&columns(&before, &after, (&names.0, &names.1), &output.palette));
            }
            text
        }
    };
    output.print(&text)?;
    Ok(match verdict {
        Verdict::Equal(_) => ExitCode::SUCCESS,
        Verdict::Different(_) => ExitCode::from(1),
        Verdict::Unknown(_) => ExitCode::from(UNKNOWN),
    })
}

fn read(path: &Path) -> Result<String, Error> {
    match file(path) {
        Some(path) => files::read(path),
        None => files::read_standard_input(Path::new("<stdin>")),
    }
}

/// The path of a file; `None` for standard input.
fn file(path: &Path) -> Option<&Path> {
    (path != Path::new("-")).then_some(path)
}

/// The verdict in words.
fn told(verdict: &Verdict, old: (&str, &Dockerfile<'_>), new: (&str, &Dockerfile<'_>)) -> String {
    match verdict {
        Verdict::Equal(accepted) if accepted.is_empty() => {
            "equal: both files build the same\n".to_owned()
        }
        Verdict::Equal(accepted) => {
            let missed = accepted.iter().any(|one| !one.difference.is_harmless());
            let but = if missed { "what was allowed" } else { "what nobody misses" };
            let mut text = format!("equal: both files build the same, but for {but}\n");
            for Accepted { difference, before, after, message } in accepted {
                let place = place(*before, *after, old, new);
                text.push_str(&format!("  {place}{}: {message}\n", difference.name()));
            }
            text
        }
        Verdict::Different(Gap { before, after, message }) => {
            format!("different: {}{message}\n", place(*before, *after, old, new))
        }
        Verdict::Unknown(Gap { before, after, message }) => {
            format!("unknown: {}{message}\n", place(*before, *after, old, new))
        }
    }
}

/// `after.Dockerfile:12: `, or the place in the old file if only that has it.
fn place(
    before: Option<Span>,
    after: Option<Span>,
    (old_name, old): (&str, &Dockerfile<'_>),
    (new_name, new): (&str, &Dockerfile<'_>),
) -> String {
    match (before, after) {
        (_, Some(span)) => format!("{new_name}:{}: ", new.line(span.start)),
        (Some(span), None) => format!("{old_name}:{}: ", old.line(span.start)),
        (None, None) => String::new(),
    }
}

fn to_json(verdict: &Verdict, old: &Dockerfile<'_>, new: &Dockerfile<'_>) -> Value {
    let span = |span: Option<Span>, file: &Dockerfile<'_>| {
        span.map(
            |span| json!({ "line": file.line(span.start), "start": span.start, "end": span.end }),
        )
    };
    let (name, accepted, gap) = match verdict {
        Verdict::Equal(accepted) => ("equal", accepted.as_slice(), None),
        Verdict::Different(gap) => ("different", &[][..], Some(gap)),
        Verdict::Unknown(gap) => ("unknown", &[][..], Some(gap)),
    };
    let differences: Vec<Value> = accepted
        .iter()
        .map(|accepted| {
            json!({
                "kind": accepted.difference.name(),
                "message": accepted.message,
                "before": span(accepted.before, old),
                "after": span(accepted.after, new),
            })
        })
        .collect();
    let gap = gap.map(|gap| {
        json!({ "message": gap.message, "before": span(gap.before, old), "after": span(gap.after, new) })
    });
    json!({ "version": 1, "verdict": name, "differences": differences, "gap": gap })
}
