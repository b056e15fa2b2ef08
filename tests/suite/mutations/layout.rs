//! Comments, line continuations, here-documents and directives that swallow or lose something.

use dockslim_syntax::shell::ConnectorKind;
use dockslim_syntax::{Dockerfile, Edits, Item, Keyword, LeafKind, Span};

use super::classes;
use super::kind::{Kind, add, cut, put};
use super::places::{lists, scripts};

pub(crate) const LAYOUT: &[Kind] = &[
    Kind {
        name: "glue a comment to the line below",
        breaks: "The line becomes part of the comment.",
        mutate: glued_comments,
        equivalents: &[],
    },
    Kind {
        name: "put a comment in front of &&",
        breaks: "The rest of the script, or of the line, becomes a comment.",
        mutate: |tree| {
            let found = scripts(tree);
            let all = found.iter().flat_map(|one| lists(one.list)).flat_map(|one| &one.statements);
            let signs = all.flat_map(|one| &one.rest).map(|(connector, _)| connector);
            let ands = signs.filter(|connector| connector.kind == ConnectorKind::And);
            ands.map(|connector| add(connector.span.start, " # note ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "lose a line continuation",
        breaks: "The next line is read as an instruction.",
        mutate: |tree| {
            let gaps = tree.continuations.iter();
            let starts = gaps.map(|gap| Span::new(gap.start, gap.start + 1));
            starts.filter(|sign| tree.raw(*sign) == tree.escape.to_string()).map(cut).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "add a line continuation at the end",
        breaks: "The next instruction is read as part of this one.",
        mutate: |tree| {
            let (_, all) = tree.instructions().map(|(_, one)| one).fold(
                (None, Vec::new()),
                |(before, mut found), one| {
                    found.extend(before);
                    (Some(one), found)
                },
            );
            let ends = all.into_iter().filter(|one| one.heredocs.is_empty());
            ends.map(|one| add(one.span.end, format!(" {}", tree.escape))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "comment out an instruction",
        breaks: "An instruction is lost.",
        mutate: |tree| {
            let single = tree.instructions().map(|(_, one)| one);
            let single = single.filter(|one| tree.continuations_in(one.span).next().is_none());
            single.map(|one| add(one.span.start, "# ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a line of a here-document",
        breaks: "A file or a script lacks a line.",
        mutate: |tree| {
            let lines = heredoc_lines(tree).into_iter();
            lines.map(cut).collect()
        },
        equivalents: &[classes::A_REMARK],
    },
    Kind {
        name: "change a line of a here-document",
        breaks: "A file or a script has another line.",
        mutate: |tree| {
            let lines = heredoc_lines(tree).into_iter();
            let end = |line: Span| line.start + tree.raw(line).trim_end().len();
            lines.map(|line| add(end(line), "x")).collect()
        },
        equivalents: &[classes::A_REMARK],
    },
    Kind {
        name: "quote the word of a here-document",
        breaks: "Variables in a copied file are not expanded any more.",
        mutate: |tree| {
            let copies = tree.instructions().map(|(_, one)| one);
            let copies = copies.filter(|one| [Keyword::Copy, Keyword::Add].contains(&one.kind));
            let heredocs = copies.flat_map(|one| &one.heredocs);
            let open = heredocs.filter(|one| one.expand && tree.raw(one.body).contains('$'));
            open.map(|one| {
                let opener = tree.raw(one.opener);
                put(one.opener, opener.replace(&one.name, &format!("'{}'", one.name)))
            })
            .collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a parser directive",
        breaks: "The file is read by other rules.",
        mutate: |tree| {
            let directives = tree.items.iter().filter(|item| matches!(item, Item::Directive(_)));
            directives.map(|item| cut(item.lines())).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a parser directive",
        breaks: "The file is read by other rules.",
        mutate: |tree| {
            let directives = tree.items.iter().filter_map(|item| match item {
                Item::Directive(directive) => Some(directive),
                _ => None,
            });
            let escape = |span| if tree.raw(span) == "`" { "\\" } else { "`" };
            let values = directives.map(|one| {
                let named = tree.raw(one.name).eq_ignore_ascii_case("escape");
                let other = if named { escape(one.value) } else { "docker/dockerfile:0.0-other" };
                put(one.value, other)
            });
            values.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "put a comment above the directives",
        breaks: "A directive below a comment does not count.",
        mutate: |tree| {
            let first = tree.items.first().filter(|item| matches!(item, Item::Directive(_)));
            first.map(|item| add(item.lines().start, "# note\n")).into_iter().collect()
        },
        equivalents: &[],
    },
];

/// Where the last comment line of a gap is followed by a line that means something.
fn glued_comments(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let gaps = tree.continuations.iter().filter_map(|gap| {
        let leaves = tree.leaves_in(*gap);
        let comment = leaves.iter().rfind(|leaf| leaf.kind == LeafKind::Comment)?;
        let rest = Span::new(comment.span.end, gap.end);
        let one_line = tree.raw(rest).matches('\n').count() == 1;
        one_line.then(|| put(rest, " "))
    });
    gaps.collect()
}

/// The lines of all here-documents that are not blank.
fn heredoc_lines(tree: &Dockerfile<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for heredoc in tree.instructions().flat_map(|(_, one)| &one.heredocs) {
        let mut start = heredoc.body.start;
        for line in tree.raw(heredoc.body).split_inclusive('\n') {
            if !line.trim().is_empty() {
                found.push(Span::new(start, start + line.len()));
            }
            start += line.len();
        }
    }
    found
}
