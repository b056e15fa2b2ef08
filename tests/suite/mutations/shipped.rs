//! Stages that ship too little, the wrong thing, from the wrong place, or on the wrong base.

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, Span};

use super::kind::{Kind, add, change, cut, put};
use super::kinds;
use super::places::{body, of_kind, stages};
use super::smaller::{other_images, other_suites, other_version};
use super::written_classes::{OF_ALL_KINDS, SAME_SERVER, STAYS_AS_BEFORE};

/// Asked of what split-stages writes.
pub(crate) const SHIPPED: &[Kind] = &[
    Kind {
        name: "ship without a path",
        breaks: "The container does not find what it starts or reads.",
        mutate: |tree| {
            let copies = shipped_copies(tree).into_iter();
            copies.map(|one| cut(one.lines)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship a part of a path",
        breaks: "The container does not find what it starts or reads.",
        mutate: |tree| {
            let sources = shipped_copies(tree).into_iter().filter_map(|one| {
                let [source, ..] = operands(one)[..] else { return None };
                let slash = if tree.raw(source).ends_with('/') { "" } else { "/" };
                Some(add(source.end, format!("{slash}part")))
            });
            sources.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship to another place",
        breaks: "The container does not find what it starts or reads.",
        mutate: |tree| {
            let targets = shipped_copies(tree).into_iter();
            let targets = targets.filter_map(|one| operands(one).last().copied());
            targets.flat_map(|to| [put(to, "/elsewhere/"), add(to.start, "/elsewhere")]).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship from another place",
        breaks: "Other files are copied, or none.",
        mutate: |tree| {
            let sources = shipped_copies(tree).into_iter();
            let sources = sources.filter_map(|one| operands(one).first().copied());
            sources.map(|from| add(from.start, "/elsewhere")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship from another stage",
        breaks: "The files are not there, or are others.",
        mutate: |tree| {
            let builds = stages(tree).len().saturating_sub(2);
            let others = (0..builds).chain([builds + 1]).map(|one| one.to_string());
            let others: Vec<String> = others.chain(["debian".to_owned()]).collect();
            let flags = shipped_copies(tree).into_iter().flat_map(|one| &one.flags);
            let stages = flags.filter(|flag| tree.raw(flag.name) == "from");
            stages
                .filter_map(|flag| flag.value)
                .flat_map(|from| others.iter().map(move |other| put(from, other.clone())))
                .collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship files of root",
        breaks: "The user of the container cannot change them.",
        mutate: |tree| {
            let flags = shipped_copies(tree).into_iter().flat_map(|one| &one.flags);
            flags.filter(|flag| tree.raw(flag.name) == "chown").map(|flag| cut(flag.span)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship files of another user",
        breaks: "The user of the container cannot change them.",
        mutate: |tree| {
            let flags = shipped_copies(tree).into_iter().flat_map(|one| &one.flags);
            let owners = flags.filter(|flag| tree.raw(flag.name) == "chown");
            let changed = owners.filter_map(|flag| flag.value).map(|value| put(value, "4711"));
            let plain = shipped_copies(tree).into_iter().filter(|one| one.flags.len() == 1);
            changed.chain(plain.map(|one| add(one.keyword.end, " --chown=4711"))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship on another libc",
        breaks: "What was built finds no loader.",
        mutate: |tree| {
            const OTHERS: [&str; 3] = ["alpine", "alpine:3.20", "busybox:musl"];
            last_image(tree).map_or_else(Vec::new, |image| other_images(image, &OTHERS))
        },
        equivalents: &[],
    },
    Kind {
        name: "ship on nothing",
        breaks: "There is no shell, no library and no certificate.",
        mutate: |tree| {
            const OTHERS: [&str; 3] =
                ["scratch", "gcr.io/distroless/static-debian12", "gcr.io/distroless/base-debian12"];
            last_image(tree).map_or_else(Vec::new, |image| other_images(image, &OTHERS))
        },
        equivalents: &[],
    },
    Kind {
        name: "ship on another release",
        breaks: "Other versions of all libraries.",
        mutate: |tree| {
            let tag = last_image(tree).and_then(|image| image.tag);
            tag.map_or_else(Vec::new, |tag| other_suites(tree, tag))
        },
        equivalents: &[],
    },
    Kind {
        name: "ship on another version",
        breaks: "Another version of the language.",
        mutate: |tree| {
            let tag = last_image(tree).and_then(|image| image.tag);
            tag.and_then(|tag| other_version(tree, tag)).into_iter().collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship on a base without a version",
        breaks: "Whatever version is the latest.",
        mutate: |tree| {
            let tag = last_image(tree).and_then(|image| image.tag);
            tag.map(|tag| cut(Span::new(tag.start - 1, tag.end))).into_iter().collect()
        },
        equivalents: &[SAME_SERVER],
    },
    Kind {
        name: "ship on what builds nothing of it",
        breaks: "Another language, or none.",
        mutate: |tree| {
            const OTHERS: [&str; 5] =
                ["nginx", "httpd:2.4", "ubuntu:24.04", "eclipse-temurin:8-jre", "node:18-slim"];
            last_image(tree).map_or_else(Vec::new, |image| other_images(image, &OTHERS))
        },
        equivalents: &[SAME_SERVER],
    },
    Kind {
        name: "ship without an instruction",
        breaks: "The container lacks a variable, a user, a port, a command, a package or files.",
        mutate: |tree| {
            let last = stages(tree).pop().unwrap_or_default();
            last.into_iter().skip(1).map(|one| cut(one.lines)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "keep an instruction with what builds",
        breaks: "What the container is told stays in a stage that does not ship.",
        mutate: |tree| {
            let mut all = stages(tree);
            let (Some(last), Some(build)) = (all.pop(), all.pop()) else { return Vec::new() };
            let end = build.last().map_or(0, |one| body(tree, one).end);
            let moved = last.into_iter().skip(1).filter_map(|one| {
                let text = format!("{}{}", tree.newline(), tree.raw(body(tree, one)));
                change([(Span::empty(end), text), (one.lines, String::new())])
            });
            moved.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship what is behind another user",
        breaks: "Packages are installed, and folders made, by somebody who may not.",
        mutate: |tree| {
            let last = stages(tree).pop().unwrap_or_default();
            let first = last.first().map(|from| body(tree, from).end);
            first.map(|end| add(end, format!("{}USER 4711", tree.newline()))).into_iter().collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "ship more than was there",
        breaks: "The image has a file, a package or a variable that nobody asked for.",
        mutate: |tree| {
            const MORE: [&str; 4] =
                ["RUN touch /added", "COPY . /added", "ENV ADDED=1", "RUN rm -rf /usr/local"];
            let last = stages(tree).pop().unwrap_or_default();
            let end = last.last().map_or(0, |one| body(tree, one).end);
            MORE.iter().map(|line| add(end, format!("{}{line}", tree.newline()))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "serve another folder, port or page",
        breaks: "The web server answers with something else, or nowhere.",
        mutate: |tree| {
            let last = stages(tree).pop().unwrap_or_default();
            let lines = last.into_iter().map(|one| one.lines);
            let words = lines.flat_map(|lines| served(tree, lines));
            words.map(|(at, text)| put(at, text)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "build without an instruction",
        breaks: "What is shipped was not built in the same way.",
        mutate: |tree| {
            let mut all = stages(tree);
            all.pop();
            let build = all.pop().unwrap_or_default();
            build.into_iter().skip(1).map(|one| cut(one.lines)).collect()
        },
        equivalents: &[STAYS_AS_BEFORE],
    },
    Kind {
        name: "build on another base",
        breaks: "What is shipped was not built in the same way.",
        mutate: |tree| {
            let mut all = stages(tree);
            all.pop();
            let build = all.pop().and_then(|stage| stage.into_iter().next());
            let image = build.and_then(|one| match &one.arguments {
                Arguments::From(from) => Some(&from.image),
                _ => None,
            });
            image.map_or_else(Vec::new, |image| other_images(image, &["alpine", "debian:12"]))
        },
        equivalents: &[],
    },
    Kind {
        name: "do any other wrong in the stage that ships",
        breaks: "All kinds of the first table, where a new stage stands.",
        mutate: |tree| {
            let last = stages(tree).pop().unwrap_or_default();
            let start = last.first().map_or(usize::MAX, |from| from.lines.start);
            let all = kinds().flat_map(|kind| (kind.mutate)(tree));
            all.filter(|edits| edits.iter().all(|edit| edit.span.start >= start)).collect()
        },
        equivalents: OF_ALL_KINDS,
    },
    Kind {
        name: "do any other wrong in the stage that builds",
        breaks: "All kinds of the first table, where a stage has become two.",
        mutate: |tree| {
            let last = stages(tree).pop().unwrap_or_default();
            let start = last.first().map_or(0, |from| from.lines.start);
            let all = kinds().flat_map(|kind| (kind.mutate)(tree));
            all.filter(|edits| edits.iter().all(|edit| edit.span.end < start)).collect()
        },
        equivalents: OF_ALL_KINDS,
    },
];

/// The copies of the last stage that take from another one.
fn shipped_copies<'d>(tree: &'d Dockerfile<'_>) -> Vec<&'d Instruction> {
    let last = stages(tree).pop().unwrap_or_default();
    let copies = last.into_iter().filter(|one| one.kind == Keyword::Copy);
    copies.filter(|one| one.flags.iter().any(|flag| tree.raw(flag.name) == "from")).collect()
}

/// The places of the sources and of the destination.
fn operands(instruction: &Instruction) -> Vec<Span> {
    match &instruction.arguments {
        Arguments::Words(words) => words.iter().map(|word| word.span).collect(),
        Arguments::List(strings) => strings.iter().map(|string| string.span).collect(),
        _ => Vec::new(),
    }
}

fn last_image<'d>(tree: &'d Dockerfile<'_>) -> Option<&'d dockslim_syntax::ImageReference> {
    match &of_kind(tree, Keyword::From).last()?.arguments {
        Arguments::From(from) => Some(&from.image),
        _ => None,
    }
}

/// What of these lines tells a web server what to serve, and what stands there instead.
fn served(tree: &Dockerfile<'_>, lines: Span) -> Vec<(Span, String)> {
    const SERVED: [(&str, &str); 7] = [
        ("/usr/share/nginx/html", "/usr/share/nginx/other"),
        ("/etc/nginx/conf.d/default.conf", "/etc/nginx/conf.d/other.conf"),
        ("listen ", "listen 1"),
        ("try_files $uri", "try_files /none"),
        ("root ", "root /elsewhere"),
        ("index.html", "other.html"),
        ("daemon off", "daemon on"),
    ];
    let text = tree.raw(lines);
    let found = SERVED.iter().flat_map(|(word, other)| {
        text.match_indices(word).map(move |(at, word)| {
            let start = lines.start + at;
            (Span::new(start, start + word.len()), (*other).to_owned())
        })
    });
    found.collect()
}
