//! Images, flags, sources, destinations and forms of instructions that become others.

use dockslim_syntax::{Arguments, CommandForm, Dockerfile, Edits, Instruction, Keyword, Span};

use super::classes;
use super::kind::{Kind, add, cut, put, swap};
use super::places::of_kind;

pub(crate) const ARGUMENTS: &[Kind] = &[
    Kind {
        name: "change the tag of an image",
        breaks: "The stage is built on another image.",
        mutate: |tree| {
            let tags = images(tree).filter_map(|image| image.tag);
            tags.map(|tag| put(tag, "0.0-other")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop the tag of an image",
        breaks: "The stage is built on the latest image.",
        mutate: |tree| {
            let tags = images(tree).filter_map(|image| image.tag);
            tags.map(|tag| cut(Span::new(tag.start - 1, tag.end))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change an image",
        breaks: "The stage is built on another image.",
        mutate: |tree| images(tree).map(|image| add(image.path.end, "x")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "drop the digest of an image",
        breaks: "The stage is built on whatever the tag means.",
        mutate: |tree| {
            let digests = images(tree).filter_map(|image| image.digest);
            digests.map(|digest| cut(Span::new(digest.start - 1, digest.end))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "rename a stage",
        breaks: "Who refers to the stage finds none, or another image.",
        mutate: |tree| {
            let names = of_kind(tree, Keyword::From).filter_map(|one| match &one.arguments {
                Arguments::From(from) => from.name,
                _ => None,
            });
            names.map(|name| add(name.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a platform",
        breaks: "The stage is built for another machine.",
        mutate: |tree| {
            let flags = named_flags(tree, &["platform"]).into_iter();
            flags.filter_map(|(_, value)| value).map(|value| put(value, "linux/s390x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add a platform",
        breaks: "The stage is built for another machine.",
        mutate: |tree| {
            let plain = of_kind(tree, Keyword::From).filter(|one| one.flags.is_empty());
            plain.map(|one| add(one.keyword.end, " --platform=linux/s390x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop --from",
        breaks: "The files come from the context instead of a stage.",
        mutate: |tree| without_flag(tree, "from"),
        equivalents: &[],
    },
    Kind {
        name: "drop --chown",
        breaks: "The files belong to somebody else.",
        mutate: |tree| without_flag(tree, "chown"),
        equivalents: &[],
    },
    Kind {
        name: "drop --chmod",
        breaks: "The files have other rights.",
        mutate: |tree| without_flag(tree, "chmod"),
        equivalents: &[],
    },
    Kind {
        name: "drop --mount",
        breaks: "The script does not find what is mounted, and what it writes there stays.",
        mutate: |tree| without_flag(tree, "mount"),
        equivalents: &[],
    },
    Kind {
        name: "drop another flag",
        breaks: "The instruction does something else.",
        mutate: |tree| {
            let known = ["from", "chown", "chmod", "mount"];
            let all = tree.instructions().flat_map(|(_, one)| &one.flags);
            let others = all.filter(|flag| !known.contains(&tree.raw(flag.name)));
            others.map(|flag| cut(flag.span)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change the value of a flag",
        breaks: "The instruction does something else.",
        mutate: |tree| {
            let all = tree.instructions().flat_map(|(_, one)| &one.flags);
            all.filter_map(|flag| flag.value).map(|value| add(value.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add --chown",
        breaks: "The files belong to somebody else.",
        mutate: |tree| {
            let plain = copies(tree)
                .filter(|one| !one.flags.iter().any(|flag| tree.raw(flag.name) == "chown"));
            plain.map(|one| add(one.keyword.end, " --chown=4711:4711")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change the stage of a COPY",
        breaks: "The files come from another stage or image.",
        mutate: |tree| {
            let flags = named_flags(tree, &["from"]).into_iter();
            flags.filter_map(|(_, value)| value).map(|value| other_stage(tree, value)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "swap source and destination of a COPY",
        breaks: "Other files are copied elsewhere.",
        mutate: |tree| {
            let both = copies(tree).map(operands);
            let pairs = both.filter(|spans| spans.len() == 2);
            pairs.filter_map(|spans| swap(tree, spans[0], spans[1])).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a source of a COPY",
        breaks: "Files are missing in the image.",
        mutate: |tree| {
            let words = copies(tree).filter(|one| matches!(one.arguments, Arguments::Words(_)));
            let several = words.map(operands).filter(|spans| spans.len() > 2);
            several.flat_map(|spans| spans[..spans.len() - 1].to_vec()).map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change the source of a COPY",
        breaks: "Other files are copied.",
        mutate: |tree| {
            let words = copies(tree).filter(|one| matches!(one.arguments, Arguments::Words(_)));
            let sources = words.map(operands).filter(|spans| spans.len() > 1);
            sources.map(|spans| add(spans[0].end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change the destination of a COPY",
        breaks: "The files are copied elsewhere.",
        mutate: |tree| {
            let words = copies(tree).filter(|one| matches!(one.arguments, Arguments::Words(_)));
            let targets = words.filter_map(|one| operands(one).last().copied());
            targets.map(|target| add(target.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop the slash behind a destination",
        breaks: "One file gets the name that its folder was to have.",
        mutate: |tree| {
            let words = copies(tree).filter(|one| matches!(one.arguments, Arguments::Words(_)));
            let targets = words.filter_map(|one| operands(one).last().copied());
            let folders = targets.filter(|at| tree.raw(*at).ends_with('/') && at.len() > 1);
            folders.map(|at| cut(Span::new(at.end - 1, at.end))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "make an ADD a COPY",
        breaks: "An archive is not unpacked, and an address is not fetched.",
        mutate: |tree| of_kind(tree, Keyword::Add).map(|one| put(one.keyword, "COPY")).collect(),
        equivalents: &[classes::A_FOLDER],
    },
    Kind {
        name: "make a COPY an ADD",
        breaks: "An archive is unpacked.",
        mutate: |tree| of_kind(tree, Keyword::Copy).map(|one| put(one.keyword, "ADD")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "write an exec form as a shell form",
        breaks: "A shell is started, which expands the words and gets the signals.",
        mutate: |tree| {
            let all = tree.instructions().map(|(_, one)| one);
            let forms = all.filter_map(|one| {
                let words: Vec<&str> = one.exec()?.iter().map(|word| &*word.value).collect();
                let kinds = [Keyword::Cmd, Keyword::Entrypoint, Keyword::Run];
                kinds.contains(&one.kind).then(|| put(one.arguments_span, words.join(" ")))
            });
            forms.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "write a shell form as an exec form",
        breaks: "No shell expands the words.",
        mutate: |tree| {
            let all = tree.instructions().map(|(_, one)| one);
            let kinds = [Keyword::Cmd, Keyword::Entrypoint, Keyword::Run];
            let forms = all.filter(|one| kinds.contains(&one.kind) && one.heredocs.is_empty());
            let forms = forms.filter_map(|one| {
                let text = tree.text(one.script()?.span).into_owned();
                let words = text.split_whitespace().map(|word| format!("{word:?}"));
                let words = words.collect::<Vec<_>>().join(", ");
                Some(put(one.arguments_span, format!("[{words}]")))
            });
            forms.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "lose a word of an exec form",
        breaks: "A program gets another argument.",
        mutate: |tree| {
            let all = tree.instructions().map(|(_, one)| one);
            let forms = all.filter_map(|one| one.exec()).filter(|words| words.len() > 1);
            let gone = forms.map(|words| {
                Span::new(words[words.len() - 2].span.end, words[words.len() - 1].span.end)
            });
            gone.map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a word of an exec form",
        breaks: "A program gets another argument.",
        mutate: |tree| {
            let all = tree.instructions().map(|(_, one)| one);
            let words = all.filter_map(|one| one.exec()).flatten();
            words.map(|word| add(word.span.end - 1, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change the script of a container",
        breaks: "A container runs something else.",
        mutate: |tree| {
            let all = tree.instructions().map(|(_, one)| one);
            let forms = all.filter(|one| one.kind != Keyword::Run && command(one).is_some());
            forms.map(|one| add(one.arguments_span.end, " --other")).collect()
        },
        equivalents: &[],
    },
];

fn images<'d>(
    tree: &'d Dockerfile<'_>,
) -> impl Iterator<Item = &'d dockslim_syntax::ImageReference> {
    of_kind(tree, Keyword::From).filter_map(|one| match &one.arguments {
        Arguments::From(from) => Some(&from.image),
        _ => None,
    })
}

fn copies<'d>(tree: &'d Dockerfile<'_>) -> impl Iterator<Item = &'d Instruction> {
    let all = tree.instructions().map(|(_, one)| one);
    all.filter(|one| [Keyword::Copy, Keyword::Add].contains(&one.kind))
}

/// The places of the sources and of the destination.
fn operands(instruction: &Instruction) -> Vec<Span> {
    match &instruction.arguments {
        Arguments::Words(words) => words.iter().map(|word| word.span).collect(),
        Arguments::List(strings) => strings.iter().map(|string| string.span).collect(),
        _ => Vec::new(),
    }
}

/// The script of an instruction in shell form.
fn command(instruction: &Instruction) -> Option<&CommandForm> {
    match &instruction.arguments {
        Arguments::Command(form @ CommandForm::Shell(_)) => Some(form),
        Arguments::Healthcheck(form) => form.as_ref(),
        _ => None,
    }
}

/// The flags of these names with their values.
fn named_flags(tree: &Dockerfile<'_>, names: &[&str]) -> Vec<(Span, Option<Span>)> {
    let all = tree.instructions().flat_map(|(_, one)| &one.flags);
    let named = all.filter(|flag| names.contains(&tree.raw(flag.name)));
    named.map(|flag| (flag.span, flag.value)).collect()
}

fn without_flag(tree: &Dockerfile<'_>, name: &str) -> Vec<Edits> {
    named_flags(tree, &[name]).into_iter().map(|(span, _)| cut(span)).collect()
}

/// The number of a stage becomes another one, a name another name.
fn other_stage(tree: &Dockerfile<'_>, value: Span) -> Edits {
    match tree.raw(value).parse::<usize>() {
        Ok(number) => put(value, (number + 1).to_string()),
        Err(_) => add(value.end, "x"),
    }
}
