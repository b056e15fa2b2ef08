//! Smaller bases that are the wrong ones: of another release, another libc or another version, without what is called, or too early.

use dockslim_syntax::{Arguments, Dockerfile, Edits, ImageReference, Keyword, Span};

use super::kind::{Kind, add, change, put};
use super::places::{body, commands, name, of_kind, runs, stages, words};
use super::written_classes::FOR_THE_CONTAINER;

/// Asked of what slim-base writes.
pub(crate) const SMALLER: &[Kind] = &[
    Kind {
        name: "slim form of another release",
        breaks: "Other versions of all libraries.",
        mutate: |tree| tags(tree).flat_map(|tag| other_suites(tree, tag)).collect(),
        equivalents: &[],
    },
    Kind {
        name: "alpine instead of slim",
        breaks: "Another libc, under which what was built does not run.",
        mutate: |tree| {
            let slim = tags(tree).filter_map(|tag| within(tree, tag, "slim"));
            slim.map(|span| put(span, "alpine")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "slim form of another version",
        breaks: "Another version of the language.",
        mutate: |tree| tags(tree).filter_map(|tag| other_version(tree, tag)).collect(),
        equivalents: &[],
    },
    Kind {
        name: "slim form without a version",
        breaks: "Whatever version is the latest.",
        mutate: |tree| {
            let tags = tags(tree).filter(|tag| tree.raw(*tag).len() > "slim".len());
            tags.map(|tag| put(tag, "slim")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "slim form of another image",
        breaks: "Another language.",
        mutate: |tree| small(tree).map(|image| put(image.path, "busybox")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "slim form from another registry",
        breaks: "Who knows what that registry holds.",
        mutate: |tree| {
            small(tree).map(|image| add(image.span.start, "registry.example.org/")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "bring a package back too late",
        breaks: "The script that needs the package runs before it is there.",
        mutate: |tree| {
            let found = stages(tree).into_iter().filter_map(|stage| {
                let install = stage.iter().find(|one| {
                    one.kind == Keyword::Run && tree.text(one.lines).contains("apt-get install")
                })?;
                let text = tree.raw(body(tree, install)).to_owned();
                let last = body(tree, stage.last()?).end;
                let moved = format!("{}{text}", tree.newline());
                change([(install.lines, String::new()), (Span::empty(last), moved)])
            });
            found.collect()
        },
        equivalents: &[FOR_THE_CONTAINER],
    },
    Kind {
        name: "bring a package back as somebody else",
        breaks: "Only root installs packages.",
        mutate: |tree| {
            let installs = of_kind(tree, Keyword::Run)
                .filter(|one| tree.text(one.lines).contains("apt-get install"));
            installs
                .map(|one| add(one.lines.start, format!("USER 1000{}", tree.newline())))
                .collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "bring a package back without lists",
        breaks: "A slim image has no lists, and the install finds no package.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let updates = all.filter(|one| {
                matches!(&*name(tree, one), "apt-get" | "apt")
                    && words(tree, one).iter().any(|word| word == "update")
            });
            updates.map(|one| put(one.span, "true")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "call what a slim image lacks",
        breaks: "The program is not there.",
        mutate: |tree| {
            const LACKED: [&str; 6] = [
                "git --version",
                "make",
                "gcc --version",
                "hg --version",
                "svn --version",
                "javac -version",
            ];
            let found = stages(tree).into_iter().filter_map(|stage| {
                let Arguments::From(from) = &stage.first()?.arguments else { return None };
                is_small(tree, &from.image).then(|| body(tree, stage[0]).end)
            });
            let calls = found.flat_map(|end| LACKED.map(|call| (end, call)));
            calls.map(|(end, call)| add(end, format!("{}RUN {call}", tree.newline()))).collect()
        },
        equivalents: &[],
    },
];

fn bases<'d>(tree: &'d Dockerfile<'_>) -> impl Iterator<Item = &'d ImageReference> {
    of_kind(tree, Keyword::From).filter_map(|one| match &one.arguments {
        Arguments::From(from) => Some(&from.image),
        _ => None,
    })
}

fn small<'d>(tree: &'d Dockerfile<'_>) -> impl Iterator<Item = &'d ImageReference> {
    bases(tree).filter(|image| is_small(tree, image))
}

/// Whether a tag says that its image is a small one.
fn is_small(tree: &Dockerfile<'_>, image: &ImageReference) -> bool {
    let tag = image.tag.map_or("", |tag| tree.raw(tag));
    ["slim", "jre", "alpine"].iter().any(|word| tag.contains(word))
}

/// The tags of small images.
fn tags<'d>(tree: &'d Dockerfile<'_>) -> impl Iterator<Item = Span> + 'd {
    small(tree).filter_map(|image| image.tag)
}

/// A word inside a tag.
fn within(tree: &Dockerfile<'_>, tag: Span, word: &str) -> Option<Span> {
    let start = tag.start + tree.raw(tag).find(word)?;
    Some(Span::new(start, start + word.len()))
}

pub(crate) const SUITES: [&str; 5] = ["trixie", "bookworm", "bullseye", "buster", "stretch"];

/// The suite that a tag names becomes each other one; a tag that names none gets each.
pub(crate) fn other_suites(tree: &Dockerfile<'_>, tag: Span) -> Vec<Edits> {
    let named = SUITES.iter().find_map(|suite| Some((*suite, within(tree, tag, suite)?)));
    let others = SUITES.iter().filter(|suite| named.is_none_or(|(name, _)| name != **suite));
    others
        .map(|suite| match named {
            Some((_, span)) => put(span, *suite),
            None => add(tag.end, format!("-{suite}")),
        })
        .collect()
}

/// The first number of a tag becomes another one.
pub(crate) fn other_version(tree: &Dockerfile<'_>, tag: Span) -> Option<Edits> {
    let text = tree.raw(tag);
    let start = text.find(|sign: char| sign.is_ascii_digit())?;
    let rest = &text[start..];
    let digits = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
    let number: u64 = rest[..digits].parse().ok()?;
    let span = Span::new(tag.start + start, tag.start + start + digits);
    Some(put(span, (number + 1).to_string()))
}

/// The image of a stage becomes another one.
pub(crate) fn other_images(image: &ImageReference, names: &[&str]) -> Vec<Edits> {
    names.iter().map(|name| put(image.span, *name)).collect()
}
