//! Whole instructions that are lost, repeated or changed.

use dockslim_syntax::{Arguments, Dockerfile, Edits, Instruction, Keyword, Span};

use super::classes;
use super::kind::{Kind, add, cut, put};
use super::places::{body, of_kind, stages};

pub(crate) const INSTRUCTIONS: &[Kind] = &[
    Kind {
        name: "drop a RUN",
        breaks: "A script does not run.",
        mutate: |tree| without(tree, Keyword::Run),
        equivalents: &[],
    },
    Kind {
        name: "drop a COPY",
        breaks: "Files are missing in the image.",
        mutate: |tree| without(tree, Keyword::Copy),
        equivalents: &[],
    },
    Kind {
        name: "drop an ADD",
        breaks: "Files are missing in the image.",
        mutate: |tree| without(tree, Keyword::Add),
        equivalents: &[],
    },
    Kind {
        name: "drop a USER",
        breaks: "What follows runs as another user.",
        mutate: |tree| without(tree, Keyword::User),
        equivalents: &[],
    },
    Kind {
        name: "drop a WORKDIR",
        breaks: "What follows runs in another directory.",
        mutate: |tree| without(tree, Keyword::Workdir),
        equivalents: &[],
    },
    Kind {
        name: "drop an ENV",
        breaks: "A variable is missing in what follows and in the image.",
        mutate: |tree| without(tree, Keyword::Env),
        equivalents: &[],
    },
    Kind {
        name: "drop an ARG",
        breaks: "A build argument is refused, and its default is missing in what follows.",
        mutate: |tree| without(tree, Keyword::Arg),
        equivalents: &[],
    },
    Kind {
        name: "drop a SHELL",
        breaks: "What follows is read by another shell.",
        mutate: |tree| without(tree, Keyword::Shell),
        equivalents: &[],
    },
    Kind {
        name: "drop an EXPOSE",
        breaks: "The image does not say its port.",
        mutate: |tree| without(tree, Keyword::Expose),
        equivalents: &[],
    },
    Kind {
        name: "drop a VOLUME",
        breaks: "What a container writes there is kept or lost by other rules.",
        mutate: |tree| without(tree, Keyword::Volume),
        equivalents: &[],
    },
    Kind {
        name: "drop a LABEL",
        breaks: "The image lacks a label.",
        mutate: |tree| without(tree, Keyword::Label),
        equivalents: &[],
    },
    Kind {
        name: "drop a MAINTAINER",
        breaks: "The image does not say who keeps it.",
        mutate: |tree| without(tree, Keyword::Maintainer),
        equivalents: &[],
    },
    Kind {
        name: "drop a HEALTHCHECK",
        breaks: "Nobody asks whether a container is well.",
        mutate: |tree| without(tree, Keyword::Healthcheck),
        equivalents: &[],
    },
    Kind {
        name: "drop a STOPSIGNAL",
        breaks: "A container is stopped by another signal.",
        mutate: |tree| without(tree, Keyword::Stopsignal),
        equivalents: &[],
    },
    Kind {
        name: "drop an ENTRYPOINT",
        breaks: "A container runs something else.",
        mutate: |tree| without(tree, Keyword::Entrypoint),
        equivalents: &[],
    },
    Kind {
        name: "drop a CMD",
        breaks: "A container runs something else.",
        mutate: |tree| without(tree, Keyword::Cmd),
        equivalents: &[],
    },
    Kind {
        name: "drop an ONBUILD",
        breaks: "Builds on this image lack a step.",
        mutate: |tree| without(tree, Keyword::Onbuild),
        equivalents: &[],
    },
    Kind {
        name: "do now what is kept for later builds",
        breaks: "A step runs in this build, and not in the builds on this image.",
        mutate: |tree| {
            let kept = of_kind(tree, Keyword::Onbuild).filter_map(|one| match &one.arguments {
                Arguments::Onbuild(inner) => Some(Span::new(one.span.start, inner.span.start)),
                _ => None,
            });
            kept.map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a stage",
        breaks: "What is built on the stage, or copied from it, is missing.",
        mutate: |tree| {
            let stages = stages(tree);
            let (_, inner) = stages.split_last().map_or((None, &[][..]), |(a, b)| (Some(a), b));
            let spans =
                inner.iter().filter_map(|stage| Some(stage.first()?.lines.to(stage.last()?.lines)));
            spans.map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop the last stage",
        breaks: "Another stage is what ships.",
        mutate: |tree| {
            let stages = stages(tree);
            let last = stages.last().filter(|_| stages.len() > 1);
            let span = last.and_then(|stage| Some(stage.first()?.lines.to(stage.last()?.lines)));
            span.map(cut).into_iter().collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a FROM",
        breaks: "Two stages become one.",
        mutate: |tree| of_kind(tree, Keyword::From).skip(1).map(|one| cut(one.lines)).collect(),
        equivalents: &[],
    },
    Kind {
        name: "repeat a RUN",
        breaks: "A script runs twice.",
        mutate: |tree| of_kind(tree, Keyword::Run).map(|one| repeated(tree, one)).collect(),
        equivalents: &[classes::CLEAN_UP, classes::DONE_ALREADY],
    },
    Kind {
        name: "repeat a WORKDIR",
        breaks: "A relative directory is entered twice.",
        mutate: |tree| of_kind(tree, Keyword::Workdir).map(|one| repeated(tree, one)).collect(),
        equivalents: &[],
    },
    Kind {
        name: "add another CMD",
        breaks: "A container runs something else.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Cmd);
            all.map(|one| behind(tree, one, "CMD [\"/bin/other\"]")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add a step",
        breaks: "The image has a file that nobody asked for.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Run);
            all.map(|one| behind(tree, one, "RUN touch /added")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add a USER",
        breaks: "What follows runs as another user.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Run).chain(of_kind(tree, Keyword::Copy));
            all.map(|one| behind(tree, one, "USER 4711")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add a VOLUME",
        breaks: "What a container writes there is kept or lost by other rules.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Workdir);
            all.map(|one| behind(tree, one, "VOLUME /var/lib/added")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a value of ENV",
        breaks: "A variable has another value.",
        mutate: |tree| values(tree, Keyword::Env),
        equivalents: &[],
    },
    Kind {
        name: "change the default of an ARG",
        breaks: "A build argument has another default.",
        mutate: |tree| values(tree, Keyword::Arg),
        equivalents: &[],
    },
    Kind {
        name: "change a LABEL",
        breaks: "The image has another label.",
        mutate: |tree| values(tree, Keyword::Label),
        equivalents: &[],
    },
    Kind {
        name: "rename a variable of ENV",
        breaks: "A variable is missing, and another is there.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Env).flat_map(pairs_of);
            all.map(|pair| add(pair.0.end, "X")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "make an ARG an ENV",
        breaks: "A build argument is fixed, and stays in the image.",
        mutate: |tree| {
            let set = of_kind(tree, Keyword::Arg).filter(|one| {
                matches!(&one.arguments, Arguments::Pairs { pairs, .. }
                    if pairs.iter().all(|pair| pair.value.is_some()))
            });
            set.map(|one| put(one.keyword, "ENV")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "make an ENV an ARG",
        breaks: "A variable is missing in the image.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Env);
            let modern =
                all.filter(|one| matches!(one.arguments, Arguments::Pairs { legacy: false, .. }));
            modern.map(|one| put(one.keyword, "ARG")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a SHELL",
        breaks: "What follows is read with other options.",
        mutate: |tree| {
            let all = of_kind(tree, Keyword::Shell);
            all.map(|one| put(one.arguments_span, "[\"/bin/sh\", \"-ec\"]")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a USER",
        breaks: "What follows runs as another user.",
        mutate: |tree| {
            of_kind(tree, Keyword::User).map(|one| add(one.arguments_span.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a WORKDIR",
        breaks: "What follows runs in another directory.",
        mutate: |tree| {
            of_kind(tree, Keyword::Workdir).map(|one| add(one.arguments_span.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "make a WORKDIR a cd",
        breaks: "The directory changes for one script alone.",
        mutate: |tree| {
            of_kind(tree, Keyword::Workdir).map(|one| put(one.keyword, "RUN cd")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change an EXPOSE",
        breaks: "The image says another port.",
        mutate: |tree| {
            of_kind(tree, Keyword::Expose).map(|one| add(one.arguments_span.end, "1")).collect()
        },
        equivalents: &[],
    },
];

fn without(tree: &Dockerfile<'_>, kind: Keyword) -> Vec<Edits> {
    of_kind(tree, kind).map(|one| cut(one.lines)).collect()
}

/// Adds a line behind an instruction.
fn behind(tree: &Dockerfile<'_>, instruction: &Instruction, line: &str) -> Edits {
    add(body(tree, instruction).end, format!("{}{line}", tree.newline()))
}

fn repeated(tree: &Dockerfile<'_>, instruction: &Instruction) -> Edits {
    behind(tree, instruction, tree.raw(body(tree, instruction)))
}

/// The names and values of ENV, ARG and LABEL.
fn pairs_of(instruction: &Instruction) -> Vec<(Span, Option<Span>)> {
    match &instruction.arguments {
        Arguments::Pairs { pairs, .. } => pairs.iter().map(|one| (one.name, one.value)).collect(),
        _ => Vec::new(),
    }
}

fn values(tree: &Dockerfile<'_>, kind: Keyword) -> Vec<Edits> {
    let values = of_kind(tree, kind).flat_map(pairs_of).filter_map(|(_, value)| value);
    values.map(|value| add(value.end, "x")).collect()
}
