//! Instructions that change places although one needs the other.

use dockslim_syntax::{Arguments, Dockerfile, Edits, Instruction, Keyword, Span, variables};

use super::kind::{Kind, change, swap};
use super::places::{body, neighbours, of_kind, stages};

pub(crate) const ORDER: &[Kind] = &[
    Kind {
        name: "swap two COPYs of one destination",
        breaks: "Another file wins where both copy the same name.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                let copies = copies_something(one) && copies_something(other);
                copies && destination(tree, one) == destination(tree, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap two COPYs",
        breaks: "Another file wins where both copy the same name.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                let copies = copies_something(one) && copies_something(other);
                copies && destination(tree, one) != destination(tree, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "move a COPY behind the RUN that follows",
        breaks: "The script does not find the files, or what it writes is overwritten.",
        mutate: |tree| {
            swapped(tree, |one, other| copies_something(one) && other.kind == Keyword::Run)
        },
        equivalents: &[],
    },
    Kind {
        name: "move a COPY above the RUN before",
        breaks: "The script finds files that it was not to find, or overwrites them.",
        mutate: |tree| {
            swapped(tree, |one, other| one.kind == Keyword::Run && copies_something(other))
        },
        equivalents: &[],
    },
    Kind {
        name: "swap two RUNs",
        breaks: "A script runs before the one that it may need.",
        mutate: |tree| swapped(tree, |a, b| (a.kind, b.kind) == (Keyword::Run, Keyword::Run)),
        equivalents: &[],
    },
    Kind {
        name: "swap two ENVs of which one uses the other",
        breaks: "A value is made from another one.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                (one.kind, other.kind) == (Keyword::Env, Keyword::Env) && uses(tree, one, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap two ENVs",
        breaks: "The later value of one name wins.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                (one.kind, other.kind) == (Keyword::Env, Keyword::Env) && !uses(tree, one, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap two ARGs of which one uses the other",
        breaks: "A default is made from another value.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                (one.kind, other.kind) == (Keyword::Arg, Keyword::Arg) && uses(tree, one, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap two ARGs",
        breaks: "The later default of one name wins.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                (one.kind, other.kind) == (Keyword::Arg, Keyword::Arg) && !uses(tree, one, other)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap an ARG and an ENV",
        breaks: "One is made from the other, or hides it.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                [one.kind, other.kind] == [Keyword::Arg, Keyword::Env]
                    || [one.kind, other.kind] == [Keyword::Env, Keyword::Arg]
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "hoist a WORKDIR",
        breaks: "The instruction before it runs in another directory.",
        mutate: |tree| hoisted(tree, Keyword::Workdir),
        equivalents: &[],
    },
    Kind {
        name: "hoist a USER",
        breaks: "The instruction before it runs as another user.",
        mutate: |tree| hoisted(tree, Keyword::User),
        equivalents: &[],
    },
    Kind {
        name: "hoist an ENV",
        breaks: "The instruction before it sees another value.",
        mutate: |tree| hoisted(tree, Keyword::Env),
        equivalents: &[],
    },
    Kind {
        name: "hoist an ARG",
        breaks: "The instruction before it sees a build argument.",
        mutate: |tree| hoisted(tree, Keyword::Arg),
        equivalents: &[],
    },
    Kind {
        name: "hoist a SHELL",
        breaks: "The instruction before it is read by another shell.",
        mutate: |tree| hoisted(tree, Keyword::Shell),
        equivalents: &[],
    },
    Kind {
        name: "hoist a VOLUME",
        breaks: "What the instruction before it writes there is kept or lost by other rules.",
        mutate: |tree| hoisted(tree, Keyword::Volume),
        equivalents: &[],
    },
    Kind {
        name: "sink an ENV",
        breaks: "The script that follows does not see a variable.",
        mutate: |tree| swapped(tree, |a, b| (a.kind, b.kind) == (Keyword::Env, Keyword::Run)),
        equivalents: &[],
    },
    Kind {
        name: "sink an ARG",
        breaks: "The script that follows does not see a build argument.",
        mutate: |tree| swapped(tree, |a, b| (a.kind, b.kind) == (Keyword::Arg, Keyword::Run)),
        equivalents: &[],
    },
    Kind {
        name: "move a command of the container past SHELL",
        breaks: "The container runs its command by another shell.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                let shell = |of: &Instruction| of.kind == Keyword::Shell;
                let command = |of: &Instruction| {
                    let kinds = [Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck];
                    kinds.contains(&of.kind) && of.script().is_some()
                };
                (shell(one) && command(other)) || (command(one) && shell(other))
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap CMD and ENTRYPOINT",
        breaks: "Where an ENTRYPOINT comes behind a CMD of the base image, that CMD is forgotten.",
        mutate: |tree| {
            swapped(tree, |one, other| {
                let pair = [one.kind, other.kind];
                pair.contains(&Keyword::Cmd) && pair.contains(&Keyword::Entrypoint)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "move a RUN to the next stage",
        breaks: "A script runs in another image.",
        mutate: |tree| swapped(tree, |a, b| (a.kind, b.kind) == (Keyword::Run, Keyword::From)),
        equivalents: &[],
    },
    Kind {
        name: "move a COPY to the next stage",
        breaks: "Files are in another image.",
        mutate: |tree| swapped(tree, |a, b| copies_something(a) && b.kind == Keyword::From),
        equivalents: &[],
    },
    Kind {
        name: "move an ARG above FROM",
        breaks: "The stage does not see the build argument.",
        mutate: |tree| swapped(tree, |a, b| (a.kind, b.kind) == (Keyword::From, Keyword::Arg)),
        equivalents: &[],
    },
    Kind {
        name: "swap two stages",
        breaks: "Another stage is what ships, or one is built on nothing.",
        mutate: |tree| {
            let extents: Vec<Span> = stages(tree)
                .iter()
                .filter_map(|stage| Some(stage.first()?.lines.to(body(tree, stage.last()?))))
                .collect();
            extents.windows(2).filter_map(|pair| swap(tree, pair[0], pair[1])).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "move the last instruction to the front",
        breaks: "An instruction comes before those that it needs.",
        mutate: |tree| {
            let stages = stages(tree);
            let moved = stages.iter().filter_map(|stage| {
                let [from, first, .., last] = &stage[..] else { return None };
                let text = format!("{}{}", tree.newline(), tree.raw(body(tree, last)));
                let line = Span::new(last.lines.start, last.lines.end);
                let state = [Keyword::Run, Keyword::Copy, Keyword::Add, Keyword::User];
                let matters = state.contains(&last.kind) && first.kind != last.kind;
                let at = Span::empty(body(tree, from).end);
                change([(at, text), (line, String::new())]).filter(|_| matters)
            });
            moved.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "repeat an earlier value of ENV",
        breaks: "A later value of the same name is overwritten.",
        mutate: overwritten,
        equivalents: &[],
    },
];

/// Neighbours of which this holds, in the other order.
fn swapped(
    tree: &Dockerfile<'_>,
    wanted: impl Fn(&Instruction, &Instruction) -> bool,
) -> Vec<Edits> {
    let pairs = neighbours(tree).filter(|(one, other)| wanted(one, other));
    pairs.filter_map(|(one, other)| swap(tree, body(tree, one), body(tree, other))).collect()
}

/// Instructions of this kind above the one that works in front of them.
fn hoisted(tree: &Dockerfile<'_>, kind: Keyword) -> Vec<Edits> {
    swapped(tree, |one, other| {
        let works = [Keyword::Run, Keyword::Copy, Keyword::Add];
        works.contains(&one.kind) && other.kind == kind
    })
}

fn copies_something(instruction: &Instruction) -> bool {
    [Keyword::Copy, Keyword::Add].contains(&instruction.kind)
}

/// The last word of COPY or ADD.
fn destination(tree: &Dockerfile<'_>, instruction: &Instruction) -> Option<String> {
    match &instruction.arguments {
        Arguments::Words(words) => words.last().map(|word| tree.text(word.span).into_owned()),
        Arguments::List(strings) => strings.last().map(|string| string.value.clone()),
        _ => None,
    }
}

/// Whether the second uses a name that the first sets, or the first one of the second.
fn uses(tree: &Dockerfile<'_>, one: &Instruction, other: &Instruction) -> bool {
    let names = |of: &Instruction| -> Vec<String> {
        let Arguments::Pairs { pairs, .. } = &of.arguments else { return Vec::new() };
        pairs.iter().map(|pair| tree.text(pair.name).into_owned()).collect()
    };
    let used = |of: &Instruction| -> Vec<String> {
        let text = tree.text(of.arguments_span).into_owned();
        let used = variables(&text, 0);
        used.iter().map(|variable| variable.name.of(&text).to_owned()).collect()
    };
    let (first, second) = (names(one), names(other));
    first.iter().any(|name| used(other).contains(name) || second.contains(name))
        || second.iter().any(|name| used(one).contains(name))
}

/// An ENV of the same names as an earlier one gets that one behind it.
fn overwritten(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let all: Vec<&Instruction> = of_kind(tree, Keyword::Env).collect();
    let first_name = |of: &Instruction| match &of.arguments {
        Arguments::Pairs { pairs, .. } => pairs.first().map(|pair| tree.raw(pair.name)),
        _ => None,
    };
    let pairs = all.windows(2).filter(|pair| first_name(pair[0]) == first_name(pair[1]));
    let edits = pairs.filter_map(|pair| {
        let text = format!("{}{}", tree.newline(), tree.raw(body(tree, pair[0])));
        change([(Span::empty(body(tree, pair[1]).end), text)])
    });
    edits.collect()
}
