//! RUN instructions that are joined where something of the first reaches the second.

use std::collections::BTreeSet;

use dockslim_syntax::shell::{CommandKind, ConnectorKind, SeparatorKind};
use dockslim_syntax::{Dockerfile, Edits, Instruction, Keyword, Span};

use super::kind::{Kind, change, put};
use super::places::{Scripted, calls, name, own_commands, runs, simple};

pub(crate) const MERGING: &[Kind] = &[
    Kind {
        name: "join behind cd",
        breaks: "The second script starts in the directory that the first went to.",
        mutate: |tree| joined(tree, " && ", |first, _| calls(tree, first.list, &["cd", "pushd"])),
        equivalents: &[],
    },
    Kind {
        name: "join behind a variable",
        breaks: "The second script sees a variable of the first.",
        mutate: |tree| joined(tree, " && ", |first, _| sets_a_variable(tree, first)),
        equivalents: &[],
    },
    Kind {
        name: "join behind an exit",
        breaks: "The second script does not run where the first leaves early.",
        mutate: |tree| {
            joined(tree, " && ", |first, _| {
                calls(tree, first.list, &["exit", "return"]) || replaces_itself(tree, first)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "join behind a job in the background",
        breaks: "The job that died with its RUN lives on beside the second script.",
        mutate: in_background,
        equivalents: &[],
    },
    Kind {
        name: "join behind a comment",
        breaks: "The second script becomes part of a comment.",
        mutate: |tree| {
            let pairs = pairs(tree, alike).into_iter();
            let commented = pairs.filter(|(first, _)| ends_in_a_comment(first));
            commented.map(|(first, second)| glued(first.script.span.end, &second, " && ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "join scripts of other options",
        breaks: "Options that one script sets hold in the other.",
        mutate: |tree| joined(tree, " && ", |a, b| options(tree, a) != options(tree, b)),
        equivalents: &[],
    },
    Kind {
        name: "join behind umask or ulimit",
        breaks: "The second script makes files with other rights or limits.",
        mutate: |tree| joined(tree, " && ", |a, _| calls(tree, a.list, &["umask", "ulimit"])),
        equivalents: &[],
    },
    Kind {
        name: "join behind alias or trap",
        breaks: "The second script has an alias or a trap of the first.",
        mutate: |tree| {
            joined(tree, " && ", |a, _| calls(tree, a.list, &["alias", "trap", "unset"]))
        },
        equivalents: &[],
    },
    Kind {
        name: "join behind a sourced file",
        breaks: "The second script sees what a sourced file left in the shell.",
        mutate: |tree| joined(tree, " && ", |a, _| calls(tree, a.list, &[".", "source", "eval"])),
        equivalents: &[],
    },
    Kind {
        name: "join behind a function",
        breaks: "The second script calls a function of the first instead of a program.",
        mutate: |tree| {
            joined(tree, " && ", |first, _| {
                let mut own = own_commands(first.list).into_iter();
                own.any(|command| matches!(command.kind, CommandKind::Function { .. }))
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "join behind a lasting redirection",
        breaks: "The second script writes to the file that the first opened for good.",
        mutate: |tree| {
            joined(tree, " && ", |first, _| {
                let mut own = own_commands(first.list).into_iter();
                own.any(|one| name(tree, one) == "exec" && !one.redirects.is_empty())
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "join with a semicolon",
        breaks: "The second script runs although the first has failed.",
        mutate: |tree| joined(tree, "; ", |_, _| true),
        equivalents: &[],
    },
    Kind {
        name: "join with ||",
        breaks: "The second script runs only if the first has failed.",
        mutate: |tree| joined(tree, " || ", |_, _| true),
        equivalents: &[],
    },
    Kind {
        name: "join an alternative without braces",
        breaks: "What stands behind || or ; in the second script runs when the first has failed.",
        mutate: |tree| joined(tree, " && ", |_, second| more_than_a_chain(second)),
        equivalents: &[],
    },
    Kind {
        name: "join across USER",
        breaks: "The second script runs as another user.",
        mutate: |tree| across(tree, &[Keyword::User]),
        equivalents: &[],
    },
    Kind {
        name: "join across WORKDIR",
        breaks: "The second script starts in another directory.",
        mutate: |tree| across(tree, &[Keyword::Workdir]),
        equivalents: &[],
    },
    Kind {
        name: "join across ENV",
        breaks: "The second script does not see a variable that is set in between.",
        mutate: |tree| across(tree, &[Keyword::Env]),
        equivalents: &[],
    },
    Kind {
        name: "join across ARG",
        breaks: "The second script does not see an argument that is declared in between.",
        mutate: |tree| across(tree, &[Keyword::Arg]),
        equivalents: &[],
    },
    Kind {
        name: "join across SHELL",
        breaks: "The second script is read by another shell.",
        mutate: |tree| across(tree, &[Keyword::Shell]),
        equivalents: &[],
    },
    Kind {
        name: "join across COPY or ADD",
        breaks: "The second script does not find what is copied in between.",
        mutate: |tree| across(tree, &[Keyword::Copy, Keyword::Add]),
        equivalents: &[],
    },
    Kind {
        name: "join across VOLUME",
        breaks: "What the second script writes under the volume is kept or lost by other rules.",
        mutate: |tree| across(tree, &[Keyword::Volume]),
        equivalents: &[],
    },
    Kind {
        name: "join RUNs of other flags",
        breaks: "One script runs with the mounts or the network of the other.",
        mutate: |tree| {
            let pairs = pairs(tree, |tree, a, b| !alike(tree, a, b)).into_iter();
            pairs.map(|(first, second)| glued(first.end(), &second, " && ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "join from one stage into the one before",
        breaks: "The script runs in another image.",
        mutate: |tree| across(tree, &[Keyword::From]),
        equivalents: &[],
    },
];

/// The pairs of RUNs with nothing between them whose instructions are as wanted.
fn pairs<'d>(
    tree: &'d Dockerfile<'_>,
    wanted: fn(&Dockerfile<'_>, &Instruction, &Instruction) -> bool,
) -> Vec<(Scripted<'d>, Scripted<'d>)> {
    let order: Vec<usize> = tree.instructions().map(|(index, _)| index).collect();
    let runs = runs(tree);
    let pairs = runs.iter().zip(runs.iter().skip(1)).filter(|(first, second)| {
        let mut places = order.windows(2);
        places.any(|pair| pair == [first.index, second.index])
            && first.instruction.heredocs.is_empty()
            && second.instruction.heredocs.is_empty()
            && wanted(tree, first.instruction, second.instruction)
    });
    pairs.map(|(first, second)| (*first, *second)).collect()
}

/// Whether two instructions have the same flags.
fn alike(tree: &Dockerfile<'_>, one: &Instruction, other: &Instruction) -> bool {
    let flags = |of: &Instruction| -> BTreeSet<String> {
        of.flags.iter().map(|flag| tree.text(flag.span).into_owned()).collect()
    };
    flags(one) == flags(other)
}

/// The first script goes on with the second, behind the byte `end`.
fn glued(end: usize, second: &Scripted<'_>, sign: &str) -> Edits {
    put(Span::new(end, second.script.span.start), sign)
}

/// All pairs of RUNs for which this holds, joined by a sign.
fn joined(
    tree: &Dockerfile<'_>,
    sign: &str,
    wanted: impl Fn(&Scripted<'_>, &Scripted<'_>) -> bool,
) -> Vec<Edits> {
    let pairs = pairs(tree, alike).into_iter();
    let pairs = pairs.filter(|(first, _)| {
        let end = first.list.statements.last().and_then(|last| last.end);
        !ends_in_a_comment(first) && end.is_none_or(|end| end.kind != SeparatorKind::Background)
    });
    let pairs = pairs.filter(|(first, second)| wanted(first, second));
    pairs.map(|(first, second)| glued(first.end(), &second, sign)).collect()
}

fn ends_in_a_comment(run: &Scripted<'_>) -> bool {
    run.script.comments.iter().any(|comment| comment.start >= run.end())
}

fn in_background(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let pairs = pairs(tree, alike).into_iter();
    let jobs = pairs.filter_map(|(first, second)| {
        let statements = &first.list.statements;
        let mut ends = statements.iter().filter_map(|statement| statement.end);
        let job = ends.find(|end| end.kind == SeparatorKind::Background)?;
        let last = statements.last()?.end.is_some_and(|end| end == job);
        let end = if last { job.span.end } else { first.end() };
        Some(glued(end, &second, if last { " " } else { " && " }))
    });
    jobs.collect()
}

fn sets_a_variable(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> bool {
    let alone = own_commands(run.list).into_iter().filter_map(simple);
    let assigns = alone.into_iter().any(|one| one.words.is_empty() && !one.assignments.is_empty());
    assigns || calls(tree, run.list, &["export", "readonly", "read", "declare", "local"])
}

/// Whether `exec program` ends the shell.
fn replaces_itself(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> bool {
    let own = own_commands(run.list).into_iter().filter(|one| name(tree, one) == "exec");
    own.into_iter().any(|command| simple(command).is_some_and(|simple| simple.words.len() > 1))
}

/// What a script says to `set` and `shopt`.
fn options(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> Vec<String> {
    let own = own_commands(run.list).into_iter();
    let set = own.filter(|command| ["set", "shopt"].contains(&&*name(tree, command)));
    set.map(|command| tree.text(command.span).into_owned()).collect()
}

fn more_than_a_chain(run: &Scripted<'_>) -> bool {
    let [only] = &run.list.statements[..] else { return true };
    only.rest.iter().any(|(connector, _)| connector.kind == ConnectorKind::Or)
}

/// The second of two RUNs with one such instruction between them joins the first.
fn across(tree: &Dockerfile<'_>, between: &[Keyword]) -> Vec<Edits> {
    let order: Vec<usize> = tree.instructions().map(|(index, _)| index).collect();
    let runs = runs(tree);
    let pairs = runs.iter().zip(runs.iter().skip(1)).filter(|(first, second)| {
        let triple = order.windows(3).find(|one| one[0] == first.index && one[2] == second.index);
        let middle = triple.and_then(|one| tree.instruction(one[1]));
        middle.is_some_and(|middle| between.contains(&middle.kind))
            && first.instruction.heredocs.is_empty()
            && second.instruction.heredocs.is_empty()
            && !ends_in_a_comment(first)
    });
    let edits = pairs.filter_map(|(first, second)| {
        let moved = format!(" && {}", tree.raw(second.script.span));
        let behind = Span::empty(first.end());
        change([(behind, moved), (second.instruction.lines, String::new())])
    });
    edits.collect()
}
