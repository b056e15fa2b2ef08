//! COPYs that bring too little, too early, to another place or for another user: wrong where the build context is known, too.

use dockslim_syntax::{Arguments, Dockerfile, Edits, Instruction, Keyword, Span};

use super::kind::{Kind, add, change, cut};
use super::places::{body, of_kind, runs, stages};

/// Kinds that are asked of files whose build context is known, as they are and as the passes have written them.
pub(crate) const COPIES: &[Kind] = &[
    Kind {
        name: "leave a source out of a COPY",
        breaks: "A file is missing, or comes later than the script that reads it.",
        mutate: |tree| {
            let copies = copies(tree).filter(|copy| copy.len() > 2);
            let sources = copies.flat_map(|words| words[..words.len() - 1].to_vec());
            sources.map(|word| cut(with_blanks(tree, word))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "copy to a folder below",
        breaks: "The files lie in another folder.",
        mutate: |tree| {
            let targets = copies(tree).filter_map(|words| words.last().copied());
            targets.map(|word| add(word.end, below(tree, word))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "copy a part instead of all",
        breaks: "Files are missing in the image.",
        mutate: |tree| {
            let all = copies(tree).filter(|words| tree.text(words[0]) == ".");
            all.map(|words| super::kind::put(words[0], "src")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "copy early what an install writes",
        breaks: "The install finds the files of another system.",
        mutate: |tree| {
            let names = ["node_modules", "vendor", ".venv", "target"];
            let places = runs(tree).into_iter().map(|run| run.instruction.lines.start);
            let text = |name: &str| format!("COPY {name} ./{name}{}", tree.newline());
            places.flat_map(|at| names.map(|name| add(at, text(name)))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "lose the owner of a COPY",
        breaks: "The files belong to root.",
        mutate: |tree| {
            let flags = of_kind(tree, Keyword::Copy).flat_map(|copy| &copy.flags);
            let owners = flags.filter(|flag| {
                let text = tree.raw(flag.span);
                text.starts_with("--chown") || text.starts_with("--chmod")
            });
            owners.map(|flag| cut(with_blanks(tree, flag.span))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "give a COPY another owner",
        breaks: "The files belong to another user.",
        mutate: |tree| {
            let copies = of_kind(tree, Keyword::Copy).filter(|copy| copy.flags.is_empty());
            copies.map(|copy| add(copy.arguments_span.start, "--chown=1234 ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "install with another flag",
        breaks: "Other packages are installed, or at another place.",
        mutate: |tree| {
            let found = runs(tree);
            let installs = found.iter().filter(|run| {
                let text = tree.text(run.script.span);
                ["npm ci", "npm i", "yarn", "pnpm", "bun i", "pip install", "uv ", "poetry "]
                    .iter()
                    .any(|call| text.contains(call))
            });
            let ends: Vec<usize> = installs.map(|run| run.end()).collect();
            let flags =
                [" --ignore-scripts", " --production", " --target /opt/other", " --no-deps"];
            ends.into_iter().flat_map(|end| flags.map(|flag| add(end, flag))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "move a RUN to the head of its stage",
        breaks: "The script does not find the files that it reads.",
        mutate: |tree| to_head(tree, Keyword::Run),
        equivalents: &[],
    },
    Kind {
        name: "move a COPY to the head of its stage",
        breaks: "The files lie in another folder, or are found by scripts that were not to find them.",
        mutate: |tree| to_head(tree, Keyword::Copy),
        equivalents: &[],
    },
    Kind {
        name: "move a COPY to the end of its stage",
        breaks: "The scripts do not find the files, or what they write is overwritten.",
        mutate: |tree| {
            let moved = stages(tree).into_iter().flat_map(|stage| {
                let last = stage.last().map(|last| body(tree, last).end);
                let copies = stage.into_iter().filter(|one| one.kind == Keyword::Copy);
                copies.filter_map(|copy| moved(tree, copy, last?)).collect::<Vec<_>>()
            });
            moved.collect()
        },
        equivalents: &[],
    },
];

/// The words of the COPYs whose sources lie in the build context.
fn copies<'d>(tree: &'d Dockerfile<'_>) -> impl Iterator<Item = Vec<Span>> + 'd {
    of_kind(tree, Keyword::Copy).filter_map(|copy| {
        let Arguments::Words(words) = &copy.arguments else { return None };
        let from = copy.flags.iter().any(|flag| tree.raw(flag.span).starts_with("--from"));
        let words: Vec<Span> = words.iter().map(|word| word.span).collect();
        (!from && words.len() > 1).then_some(words)
    })
}

/// A word with the blanks behind it.
fn with_blanks(tree: &Dockerfile<'_>, word: Span) -> Span {
    let rest = &tree.source[word.end..];
    Span::new(word.start, word.end + rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// What is to be written behind a destination, so that it is a folder below.
fn below(tree: &Dockerfile<'_>, word: Span) -> &'static str {
    match tree.raw(word).chars().last() {
        Some('/') => "below/",
        _ => "/below/",
    }
}

/// Instructions of a kind behind the FROM of their stage.
fn to_head(tree: &Dockerfile<'_>, kind: Keyword) -> Vec<Edits> {
    let found = stages(tree).into_iter().flat_map(|stage| {
        let head = stage.first().map(|from| body(tree, from).end);
        let wanted = stage.into_iter().filter(|one| one.kind == kind);
        wanted.filter_map(|one| moved(tree, one, head?)).collect::<Vec<_>>()
    });
    found.collect()
}

/// The change by which an instruction stands behind the byte `to`, where a line ends.
fn moved(tree: &Dockerfile<'_>, instruction: &Instruction, to: usize) -> Option<Edits> {
    let text = format!("{}{}", tree.newline(), tree.raw(body(tree, instruction)));
    change([(Span::empty(to), text), (instruction.lines, String::new())])
}
