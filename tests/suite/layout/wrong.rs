//! Does the proof of the layout see a layout that is none?
//!
//! It is asked of every wrong rewrite that `mutations` makes, and of what a formatter gets wrong. What it accepts must read
//! the same, word by word, to somebody else.

use dockslim_proof::{Verdict, layout, prove};
use dockslim_syntax::{Dockerfile, Edits, LeafKind, Span, parse};

use crate::mutations::classes::SAME_READING;
use crate::mutations::kind::{Kind, Mutant, add, cut, put, swap};
use crate::mutations::places::{commands, scripts, simple};
use crate::mutations::{kinds, specimens};
use crate::sources::{self, Source, root};

const LAYOUTS: &[Kind] = &[
    Kind {
        name: "glue two words",
        breaks: "Two words become one.",
        mutate: |tree| {
            let words = |pair: &[Span]| apart(tree, pair[0], pair[1]);
            in_scripts(tree, LeafKind::Text)
                .windows(2)
                .filter(|pair| words(pair))
                .map(between)
                .collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "part a word",
        breaks: "One word becomes two.",
        mutate: |tree| {
            let plain = |span: &Span| {
                let word = tree.raw(*span);
                word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase())
            };
            let words = in_scripts(tree, LeafKind::Text).into_iter().filter(plain);
            words.map(|span| add(span.start + 1, " ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "put brackets together, or take them apart",
        breaks: "A subshell becomes arithmetic to some shells, or the other way round.",
        mutate: |tree| {
            let signs = in_scripts(tree, LeafKind::Operator);
            let brackets = signs.windows(2).filter(|pair| {
                let (one, two) = (tree.raw(pair[0]), tree.raw(pair[1]));
                one.ends_with('(') && two == "(" || one == ")" && two == ")"
            });
            let changed = brackets.map(|pair| {
                let gap = Span::new(pair[0].end, pair[1].start);
                if gap.is_empty() { add(gap.start, " ") } else { cut(gap) }
            });
            changed.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "move a comment below the line that it stands above",
        breaks: "The comment speaks of another line.",
        mutate: |tree| {
            let comments = tree.leaves.iter().filter(|leaf| leaf.kind == LeafKind::Comment);
            let moved = comments.filter_map(|comment| {
                let line = line_at(tree, comment.span.start);
                let below = line_at(tree, line.end);
                let text = tree.raw(below);
                let speaks = text.contains(|c: char| c.is_alphanumeric()) && text.ends_with('\n');
                speaks.then(|| swap(tree, line, below)).flatten()
            });
            moved.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "sort the argument of an option among the packages",
        breaks: "Another package is installed, from another release.",
        mutate: |tree| {
            let options = ["-t", "-o", "-c", "-X", "--virtual", "--repository", "--target-release"];
            let mut found = Vec::new();
            for script in scripts(tree) {
                for simple in commands(script.list).into_iter().filter_map(simple) {
                    for three in simple.words.windows(3) {
                        if options.contains(&tree.text(three[0].span).as_ref()) {
                            found.extend(swap(tree, three[1].span, three[2].span));
                        }
                    }
                }
            }
            found
        },
        equivalents: &[],
    },
    Kind {
        name: "indent a here-document",
        breaks: "Its lines, or its end, are others.",
        mutate: |tree| {
            let documents = tree.instructions().flat_map(|(_, one)| &one.heredocs);
            documents.map(|document| add(document.body.start, "    ")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "trim a line of a quotation",
        breaks: "The quoted text is another.",
        mutate: |tree| {
            let quoted = in_scripts(tree, LeafKind::Text).into_iter();
            let blanks = quoted.filter_map(|span| {
                let at = tree.raw(span).find("  ")?;
                Some(put(Span::new(span.start + at, span.start + at + 2), " "))
            });
            blanks.collect()
        },
        equivalents: &[],
    },
];

/// The tokens of one kind in all scripts, in their order.
fn in_scripts(tree: &Dockerfile<'_>, kind: LeafKind) -> Vec<Span> {
    let leaves = scripts(tree).into_iter().flat_map(|one| tree.leaves_in(one.script.span));
    leaves.filter(|leaf| leaf.kind == kind).map(|leaf| leaf.span).collect()
}

/// Whether nothing but blanks stands between two places of a line.
fn apart(tree: &Dockerfile<'_>, one: Span, two: Span) -> bool {
    let gap = tree.source.get(one.end..two.start).unwrap_or_default();
    !gap.is_empty() && gap.bytes().all(|byte| byte == b' ')
}

fn between(pair: &[Span]) -> Edits {
    cut(Span::new(pair[0].end, pair[1].start))
}

/// The line in which a byte stands, with its newline.
fn line_at(tree: &Dockerfile<'_>, offset: usize) -> Span {
    let start = tree.source[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = tree.source[offset..].find('\n').map_or(tree.source.len(), |at| offset + at + 1);
    Span::new(start, end)
}

/// What the proof accepts of what a kind makes of a file, although it reads otherwise, and how many mutants there were.
fn accepted(kind: &Kind, source: &Source) -> (usize, Vec<String>) {
    let before = parse(&source.text);
    let mut count = 0;
    let mut wrong = Vec::new();
    for edits in (kind.mutate)(&before) {
        let text = edits.apply(&source.text);
        if text == source.text {
            continue;
        }
        count += 1;
        let after = parse(&text);
        let mutant = Mutant { before: &before, after: &after, edits: &edits };
        if let Verdict::Equal(_) = layout(&before, &after)
            && !(SAME_READING.holds)(&mutant)
        {
            wrong.push(format!("{}: {}: {edits:?}\n{text}", kind.name, source.name));
        }
    }
    (count, wrong)
}

#[test]
fn a_layout_that_is_none_is_refused() {
    let own = sources::from_folder(root(), "tests/layouts");
    let sources: Vec<Source> = specimens().into_iter().chain(own).collect();
    for kind in LAYOUTS.iter().chain(kinds()) {
        let (counts, wrong): (Vec<usize>, Vec<Vec<String>>) =
            sources.iter().map(|source| accepted(kind, source)).unzip();
        assert_ne!(counts.iter().sum::<usize>(), 0, "{} applies somewhere", kind.name);
        assert_eq!(wrong.concat(), [""; 0], "{}", kind.breaks);
    }
}

#[test]
fn what_formatters_get_wrong_in_real_files_is_refused() {
    let wrong: Vec<String> = sources::share(super::SMALL_SHARE)
        .iter()
        .flat_map(|source| LAYOUTS.iter().flat_map(|kind| accepted(kind, source).1))
        .collect();
    let shown = wrong.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong layouts are accepted, such as\n{shown}", wrong.len());
}

/// The pairs under `tests/proofs`, many of which other formatters have made of real files.
#[test]
fn what_the_other_proof_tells_apart_is_no_layout() {
    let all = sources::from_folder(root(), "tests/proofs");
    let mut pairs = 0;
    for before in all.iter().filter(|source| source.name.ends_with(".before.Dockerfile")) {
        let name = before.name.replace(".before.", ".after.");
        let after = all.iter().find(|source| source.name == name).unwrap();
        let (old, new) = (parse(&before.text), parse(&after.text));
        pairs += 1;
        if let Verdict::Equal(_) = layout(&old, &new) {
            let verdict = prove(&old, &new, None);
            assert!(matches!(verdict, Verdict::Equal(_)), "{}: {verdict:?}", before.name);
        }
    }
    assert!(pairs > 100, "the pairs are found");
}
