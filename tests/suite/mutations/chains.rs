//! Commands of a script that are lost, repeated, or run under another condition.

use dockslim_syntax::shell::{
    CommandKind, Connector, ConnectorKind, List, SeparatorKind, Statement,
};
use dockslim_syntax::{Dockerfile, Edits, Span};

use super::classes;
use super::kind::{Kind, add, change, cut, put, swap};
use super::places::{
    Scripted, calls, commands, inner_lists, lists, name, pipelines, runs, scripts, words,
};

pub(crate) const CHAINS: &[Kind] = &[
    Kind {
        name: "drop a command of a chain",
        breaks: "A command does not run any more.",
        mutate: |tree| on_statements(tree, dropped),
        equivalents: &[],
    },
    Kind {
        name: "drop a statement",
        breaks: "A statement between others does not run any more.",
        mutate: |tree| on_lists(tree, statements_dropped),
        equivalents: &[],
    },
    Kind {
        name: "swap two commands of a chain",
        breaks: "A command runs before the one that it may need.",
        mutate: |tree| on_statements(tree, |tree, one| swapped(tree, one).collect()),
        equivalents: &[],
    },
    Kind {
        name: "repeat a command of a chain",
        breaks: "A command runs twice.",
        mutate: |tree| {
            on_statements(tree, |tree, statement| {
                let ends = statement.pipelines().map(|one| one.span);
                ends.map(|span| add(span.end, format!(" && {}", tree.raw(span)))).collect()
            })
        },
        equivalents: &[classes::CLEAN_UP, classes::DONE_ALREADY],
    },
    Kind {
        name: "make && an ||",
        breaks: "A command runs only if the one before has failed.",
        mutate: |tree| connectors(tree, ConnectorKind::And, "||"),
        equivalents: &[],
    },
    Kind {
        name: "make && a semicolon",
        breaks: "A command runs although the one before has failed.",
        mutate: |tree| connectors(tree, ConnectorKind::And, ";"),
        equivalents: &[classes::ENDS_WELL],
    },
    Kind {
        name: "make || an &&",
        breaks: "What was meant for a failure runs after a success.",
        mutate: |tree| connectors(tree, ConnectorKind::Or, "&&"),
        equivalents: &[],
    },
    Kind {
        name: "make a semicolon an &&",
        breaks: "A statement runs only if the one before has succeeded.",
        mutate: semicolons,
        equivalents: &[classes::ENDS_WELL],
    },
    Kind {
        name: "make a pipe an &&",
        breaks: "A command reads nothing of what the one before writes.",
        mutate: |tree| {
            on_lists(tree, |_, list| {
                let statements = list.statements.iter().flat_map(|one| one.pipelines());
                statements.flat_map(|one| &one.pipes).map(|pipe| put(*pipe, "&&")).collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "drop !",
        breaks: "A failure that was wanted stops the build.",
        mutate: |tree| {
            let found = scripts(tree);
            let pipelines = found.iter().flat_map(|one| pipelines(one.list));
            pipelines.filter_map(|pipeline| pipeline.negated).map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add !",
        breaks: "A success stops the build.",
        mutate: |tree| {
            let found = runs(tree);
            let last = found.iter().filter_map(|run| run.list.statements.last());
            let last = last.map(|statement| statement.last());
            let plain = last.filter(|pipeline| pipeline.negated.is_none());
            plain.map(|pipeline| add(pipeline.span.start, "! ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop set -e",
        breaks: "A failure in the midst of a script is not seen.",
        mutate: without_errexit,
        equivalents: &[],
    },
    Kind {
        name: "add set -e",
        breaks: "A failure in the midst of a script stops it.",
        mutate: with_errexit,
        equivalents: &[],
    },
    Kind {
        name: "drop || true",
        breaks: "A failure that was to be ignored stops the build.",
        mutate: without_excuse,
        equivalents: &[],
    },
    Kind {
        name: "add || true",
        breaks: "A failure does not stop the build any more.",
        mutate: |tree| runs(tree).iter().map(|run| add(run.end(), " || true")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "add ; true",
        breaks: "The failure of the last statement does not stop the build any more.",
        mutate: |tree| runs(tree).iter().map(|run| add(run.end(), "; true")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "open a subshell",
        breaks: "What was to stay in a subshell reaches the commands behind it.",
        mutate: subshells_opened,
        equivalents: &[],
    },
    Kind {
        name: "close cd in a subshell",
        breaks: "The commands behind it run in another directory.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let moving = all.filter(|command| name(tree, command) == "cd");
            let wrapped = moving.map(|one| put(one.span, format!("({})", tree.raw(one.span))));
            wrapped.collect()
        },
        equivalents: &[classes::STANDS_THERE],
    },
    Kind {
        name: "send the last command to the background",
        breaks: "The build goes on before the command has ended, and kills it.",
        mutate: |tree| {
            let found = runs(tree);
            let open = found.iter().filter(|run| {
                let last = run.list.statements.last();
                last.is_some_and(|last| last.end.is_none())
            });
            open.map(|run| add(run.end(), " &")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a condition",
        breaks: "What was to run under a condition runs always.",
        mutate: |tree| on_branches(tree, |tree, span, _, body, _| vec![put(span, tree.raw(body))]),
        equivalents: &[],
    },
    Kind {
        name: "negate a condition",
        breaks: "What was to run under a condition runs under its opposite.",
        mutate: |tree| on_branches(tree, |_, _, at, _, _| vec![add(at.start, "! ")]),
        equivalents: &[],
    },
    Kind {
        name: "swap then and else",
        breaks: "What was to run under a condition runs under its opposite.",
        mutate: |tree| {
            on_branches(tree, |tree, _, _, body, otherwise| {
                otherwise.and_then(|other| swap(tree, body, other)).into_iter().collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a word of a loop",
        breaks: "A loop leaves out one of its words.",
        mutate: |tree| {
            let found = scripts(tree);
            let all = found.iter().flat_map(|one| commands(one.list));
            let words = all.filter_map(|command| match &command.kind {
                CommandKind::For { words: Some(words), .. } => Some(words),
                _ => None,
            });
            words.flatten().map(|word| cut(word.span)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "move a command into the RUN before",
        breaks: "A command runs above an instruction that it may need.",
        mutate: first_commands_moved,
        equivalents: &[],
    },
];

/// What is to be done on each list of every script.
fn on_lists(tree: &Dockerfile<'_>, give: fn(&Dockerfile<'_>, &List) -> Vec<Edits>) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| lists(one.list));
    all.flat_map(|list| give(tree, list)).collect()
}

/// What is to be done on each chain of more than one command.
fn on_statements(
    tree: &Dockerfile<'_>,
    give: fn(&Dockerfile<'_>, &Statement) -> Vec<Edits>,
) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| lists(one.list)).flat_map(|list| &list.statements);
    all.filter(|one| !one.rest.is_empty()).flat_map(|one| give(tree, one)).collect()
}

/// Each command of a chain taken out, with the sign that joins it.
fn dropped(_: &Dockerfile<'_>, statement: &Statement) -> Vec<Edits> {
    let spans: Vec<Span> = statement.pipelines().map(|pipeline| pipeline.span).collect();
    let first = cut(Span::new(spans[0].start, spans[1].start));
    let rest = spans.windows(2).map(|pair| cut(Span::new(pair[0].end, pair[1].end)));
    std::iter::once(first).chain(rest).collect()
}

fn statements_dropped(_: &Dockerfile<'_>, list: &List) -> Vec<Edits> {
    let spans: Vec<Span> = list.statements.iter().map(|statement| statement.span).collect();
    let not_last = spans.windows(2).map(|pair| cut(Span::new(pair[0].start, pair[1].start)));
    let last = spans.windows(2).last().map(|pair| cut(Span::new(pair[0].end, pair[1].end)));
    not_last.chain(last).collect()
}

fn swapped<'s>(
    tree: &'s Dockerfile<'_>,
    statement: &'s Statement,
) -> impl Iterator<Item = Edits> + 's {
    let next = statement.rest.iter().map(|(_, pipeline)| pipeline);
    let pairs = statement.pipelines().zip(next);
    pairs.filter_map(|(one, other)| swap(tree, one.span, other.span))
}

/// The signs of one kind between commands, each written as another.
fn connectors(tree: &Dockerfile<'_>, kind: ConnectorKind, sign: &str) -> Vec<Edits> {
    let found = scripts(tree);
    let statements = found.iter().flat_map(|one| lists(one.list)).flat_map(|one| &one.statements);
    let signs = statements.flat_map(|one| &one.rest).map(|(connector, _)| *connector);
    let signs = signs.filter(|connector: &Connector| connector.kind == kind);
    signs.map(|connector| put(connector.span, sign)).collect()
}

fn semicolons(tree: &Dockerfile<'_>) -> Vec<Edits> {
    on_lists(tree, |_, list| {
        let inner = list.statements.split_last().map_or(&[][..], |(_, inner)| inner);
        let ends = inner.iter().filter_map(|statement| statement.end);
        let ends = ends.filter(|end| end.kind == SeparatorKind::Semicolon);
        ends.map(|end| put(end.span, " &&")).collect()
    })
}

/// The text of a call of `set` without errexit; `None` if it does not set it.
fn errexit_taken(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> Option<Edits> {
    let first = run.list.statements.first()?;
    let [command] = &first.first.commands[..] else { return None };
    let words = words(tree, command);
    let sets = words.first().is_some_and(|name| name == "set");
    let flag = words.get(1)?;
    if !sets || !flag.starts_with('-') || !flag.contains('e') {
        return None;
    }
    let flag_span = super::places::simple(command)?.words[1].span;
    let kept = flag.replace('e', "");
    if kept != "-" {
        return Some(put(flag_span, kept));
    }
    let next = first.rest.first().map(|(_, next)| next.span.start);
    let next = next.or_else(|| run.list.statements.get(1).map(|next| next.span.start))?;
    Some(cut(Span::new(first.span.start, next)))
}

fn without_errexit(tree: &Dockerfile<'_>) -> Vec<Edits> {
    runs(tree).iter().filter_map(|run| errexit_taken(tree, run)).collect()
}

fn with_errexit(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let found = runs(tree);
    let several = found
        .iter()
        .filter(|run| run.list.statements.len() > 1 && !calls(tree, run.list, &["set"]));
    several.map(|run| add(run.start(), "set -e; ")).collect()
}

fn without_excuse(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let found = scripts(tree);
    let statements = found.iter().flat_map(|one| lists(one.list)).flat_map(|one| &one.statements);
    let excused = statements.filter_map(|statement| {
        let (connector, last) = statement.rest.last()?;
        let excuse = ["true", ":", "exit 0", "/bin/true"].contains(&&*tree.text(last.span));
        let before = statement.pipelines().rev().nth(1)?.span.end;
        (excuse && connector.kind == ConnectorKind::Or)
            .then(|| cut(Span::new(before, last.span.end)))
    });
    excused.collect()
}

/// The parentheses go where something inside of them changes the shell.
fn subshells_opened(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| commands(one.list));
    let opened = all.filter_map(|command| {
        let CommandKind::Subshell(list) = &command.kind else { return None };
        let state = ["cd", "export", "set", "umask", "exit", "exec", ".", "source"];
        let first = Span::new(command.span.start, command.span.start + 1);
        let last = inner_lists(command).first()?.statements.last()?.span.end;
        let close = tree.raw(Span::new(last, command.span.end)).find(')')? + last;
        let gone = |span| (span, String::new());
        let edits = change([gone(first), gone(Span::new(close, close + 1))]);
        calls(tree, list, &state).then_some(edits).flatten()
    });
    opened.collect()
}

/// The place of a list, from its first to its last statement.
fn extent(list: &List) -> Option<Span> {
    Some(list.statements.first()?.span.to(list.statements.last()?.span))
}

/// What is to be done on each `if` of one branch: given are the whole, the condition, the `then` and
/// the `else` part.
fn on_branches(
    tree: &Dockerfile<'_>,
    give: fn(&Dockerfile<'_>, Span, Span, Span, Option<Span>) -> Vec<Edits>,
) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| commands(one.list));
    let branches = all.filter_map(|command| {
        let CommandKind::If { branches, otherwise } = &command.kind else { return None };
        let [(condition, body)] = &branches[..] else { return None };
        let otherwise = otherwise.as_ref().and_then(extent);
        Some(give(tree, command.span, extent(condition)?, extent(body)?, otherwise))
    });
    branches.flatten().collect()
}

/// The first command of a RUN goes to the end of the RUN before, whatever stands between.
fn first_commands_moved(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let order: Vec<usize> = tree.instructions().map(|(index, _)| index).collect();
    let found = runs(tree);
    let moved = found.iter().zip(found.iter().skip(1)).filter_map(|(before, run)| {
        let first = run.list.statements.first()?;
        let (connector, next) = first.rest.first()?;
        let chained = connector.kind == ConnectorKind::And && before.script.comments.is_empty();
        let text = format!(" && {}", tree.raw(first.first.span));
        let gone = Span::new(first.span.start, next.span.start);
        let apart = !order.windows(2).any(|pair| pair == [before.index, run.index]);
        change([(Span::empty(before.end()), text), (gone, String::new())])
            .filter(|_| chained && apart)
    });
    moved.collect()
}
